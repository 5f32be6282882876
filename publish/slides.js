// One slide at a time, as large as the window allows; N opens the notes in a window of their own.
const slides = [...document.querySelectorAll("section")];
const main = document.querySelector("main");
let notes = null;

const here = () => Math.max(0, slides.findIndex(slide => slide.classList.contains("here")));

function show(place) {
  const at = Math.min(slides.length - 1, Math.max(0, place));
  slides.forEach((slide, i) => slide.classList.toggle("here", i === at));
  history.replaceState(null, "", `#slide-${at + 1}`);
  tell(at);
}

function tell(at) {
  if (!notes || notes.closed) return;
  const next = slides[at + 1]?.querySelector("h2").innerHTML ?? "the end";
  const [heading, said] = ["h2", "aside"].map(name => slides[at].querySelector(name).innerHTML);
  notes.document.body.innerHTML =
    `<p>${at + 1} / ${slides.length}</p><h1>${heading}</h1>${said}<hr><p>Next: ${next}</p>`;
}

function openNotes() {
  notes = window.open("", "notes", "width=640,height=720");
  if (!notes) return;
  notes.document.title = "Notes";
  notes.document.body.style.cssText = "font: 20px/1.45 system-ui, sans-serif; margin: 24px";
  notes.onkeydown = event => act(event);
  tell(here());
}

function act(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const steps = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": event.shiftKey ? -1 : 1, Enter: 1,
    ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Backspace: -1 };
  const ends = { Home: 0, End: slides.length - 1 };
  if (event.key in steps) show(here() + steps[event.key]);
  else if (event.key in ends) show(ends[event.key]);
  else if (event.key.toLowerCase() === "n") openNotes();
  else if (event.key.toLowerCase() === "f") document.fullscreenElement
    ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  else return;
  event.preventDefault();
}

function fit() {
  const scale = Math.min(innerWidth / 1280, innerHeight / 720);
  main.style.transform = `translate(-50%, -50%) scale(${scale})`;
}

document.addEventListener("keydown", act);
document.addEventListener("click", event => {
  if (!getSelection().toString()) show(here() + (event.clientX < innerWidth / 4 ? -1 : 1));
});
addEventListener("resize", fit);
addEventListener("hashchange", () => show(Number(location.hash.slice(7)) - 1));
fit();
show(Number(location.hash.slice(7) || 1) - 1);
