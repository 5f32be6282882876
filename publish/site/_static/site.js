// Code, tables and outputs that are wider than the page scroll, so the keyboard has to be able to get there.
const watch = new ResizeObserver((seen) => {
  for (const { target } of seen) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const block of document.querySelectorAll("pre, .table-wrapper, .output.text_html")) watch.observe(block);
