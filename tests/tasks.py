"""What a lab asks a learner to try, done by a program. Shared by the tests of all labs."""


def do_tasks(lab, *changes):
    """Make these changes, one for each task of a lab; see that each ends its task, and no other."""
    assert 2 <= len(lab.tasks) <= 4
    for count, (task, change) in enumerate(zip(lab.tasks, changes, strict=True)):
        assert f"{count + 1} of {len(lab.tasks)}: {task.text}" in lab.children[0].text
        assert not task.done(lab.state, lab.view), f"{task.text} It was done before."
        change()
        assert task.done(lab.state, lab.view), task.text
        assert task.seen in lab.children[0].text
    assert lab.children[0].text.endswith("tried.")
