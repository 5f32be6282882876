// A window that walks from output to output: play, pause, step, speed. It tells a link (linked.js)
// where it is and draws what is carried from the window to its output, all of it in the page.
// Nothing slides where the system asks for less motion, nor where a step takes no time to see it.

const PERIODS = [3000, 1800, 1000, 500, 200, 60]; // milliseconds for one output, slow to fast
const FIRST = 3; // the speed to begin with, counted from 1
const SLIDE = 0.35; // the part of a step in which the window slides, ...
const ARRIVE = 0.85; // ... and until when its output is carried
const SEEN = 400; // milliseconds that a step has to take for something to slide in it

const STYLE = `
.cnncourse-walk { display: flex; flex-wrap: wrap; gap: 4px 6px; align-items: center; margin: 2px;
  font: 13px/1.4 var(--jp-ui-font-family, sans-serif); color: var(--jp-ui-font-color1, #212121); }
.cnncourse-walk button { width: 40px; height: 28px; font-size: 12px; border: none; cursor: pointer;
  color: inherit; background: var(--jp-layout-color2, #eee); }
.cnncourse-walk label { display: flex; align-items: center; gap: 4px; }
.cnncourse-walk input { width: 70px; margin: 0; accent-color: var(--jp-brand-color1, #1976d2); }
.cnncourse-walk [role=status] { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
.cnncourse-carried { position: fixed; z-index: 10000; pointer-events: none; box-sizing: border-box; opacity: 0.85;
  border: 2px solid #ff9100; outline: 1px solid rgba(0, 0, 0, 0.75); }`;

const part = (now, from, to) => Math.min(Math.max((now - from) / (to - from), 0), 1);

// Where a walk is `passed` milliseconds after a step began that takes `period`.
export function moment(passed, period, moves) {
  const now = Math.min(passed / period, 1);
  if (!moves || period < SEEN) return { slid: 1, carried: 1, over: now === 1 };
  return { slid: part(now, 0, SLIDE), carried: part(now, SLIDE, ARRIVE), over: now === 1 };
}

function make(name, parent, attributes = {}) {
  const node = parent.appendChild(document.createElement(name));
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

async function render({ model, el }) {
  if (!document.getElementById("cnncourse-walk")) {
    make("style", document.head, { id: "cnncourse-walk" }).textContent = STYLE;
  }
  el.classList.add("cnncourse-walk");
  const dress = (button, icon, name) => {
    button.title = name;
    button.setAttribute("aria-label", name);
    button.firstChild.className = `fa fa-${icon}`; // the icons of ipywidgets' own buttons
  };
  const [play, back, on] = [0, 1, 2].map(() => {
    const button = make("button", el);
    make("i", button, { "aria-hidden": "true" });
    return button;
  });
  dress(back, "step-backward", "one window back");
  dress(on, "step-forward", "one window on");
  const name = make("label", el);
  name.textContent = "speed";
  const speed = make("input", name, { type: "range", min: 1, max: PERIODS.length });
  speed.value = FIRST;
  const note = make("small", el);
  const status = make("div", el, { role: "status" }); // what a step says to a screen reader
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  let [at, from] = [null, null]; // the output that is made, and the one before it
  let begun = null; // when its step began; null: nothing walks
  let due = null; // the next moment
  let carried = null; // what flies
  let shown = ""; // the moment that is shown

  const link = await model.widget_manager.get_model(model.get("_link").slice("IPY_MODEL_".length));
  const count = () => (link.get("_scene").out ?? [0, 0]).reduce((a, b) => a * b);

  function drop() {
    carried?.remove();
    carried = null;
  }

  function carry(along) {
    if (along === 0 || along === 1) return drop();
    link.trigger("path", at, (start, end, colour) => {
      carried ??= make("div", document.body, { class: "cnncourse-carried" });
      for (const side of ["x", "y", "width", "height"]) {
        const value = start[side] + along * (end[side] - start[side]);
        carried.style[{ x: "left", y: "top" }[side] ?? side] = `${value}px`;
      }
      carried.style.background = colour;
    });
  }

  function show(now) {
    const state = JSON.stringify([at, now.slid, now.carried]);
    if (state === shown) return;
    shown = state;
    // From the end of a row the window jumps to the next one.
    const along = from !== null && Math.abs(at - from) === 1 && at % link.get("_scene").out[1];
    link.trigger("walk", { at, from, slid: along ? now.slid : 1, carried: now.carried });
    carry(now.carried);
  }

  function say() {
    if (begun === null) dress(play, "play", "Play: the window walks over all places");
    else dress(play, "pause", "Pause");
    note.textContent = calm.matches ? "It steps without sliding, as your system asks." : "";
  }

  function pause() {
    begun = null;
    cancelAnimationFrame(due);
    if (at !== null) show({ slid: 1, carried: 1 });
    say();
  }

  function end() {
    pause();
    [at, from, shown] = [null, null, ""];
    drop();
    link.trigger("walked");
  }

  function tick(time) {
    due = requestAnimationFrame(tick);
    if (at >= count()) return end(); // there are fewer windows now
    const now = moment(time - begun, PERIODS[speed.value - 1], !calm.matches);
    show(now);
    if (!now.over) return;
    if (at + 1 === count()) return end();
    [from, at, begun] = [at, at + 1, time];
  }

  // The output that is outlined while nothing walks.
  function outlined() {
    let place = 0;
    link.trigger("first", (first) => {
      place = first;
    });
    return place;
  }

  function walk() {
    if (!count()) return;
    // After the last one, and where the last one is outlined, the walk begins anew.
    const next = at === null ? outlined() % Math.max(1, count() - 1) : at + 1;
    [from, at] = next < count() ? [at, next] : [null, 0];
    begun = performance.now();
    due = requestAnimationFrame(tick);
    say();
  }

  function step(by) {
    if (!count()) return;
    pause();
    [from, at] = [null, ((at ?? outlined()) + by + count()) % count()];
    show({ slid: 1, carried: 1 });
    status.textContent = link.get("_live");
  }

  const forget = () => {
    if (at === null || !link.get("_pointing")) return;
    pause();
    [from, shown] = [null, ""];
    link.trigger("walked");
  };
  const changed = () => {
    if (begun === null && shown) end(); // a window that stands still would hide the new numbers
    shown = "";
  };
  play.addEventListener("click", () => (begun === null ? walk() : pause()));
  back.addEventListener("click", () => step(-1));
  on.addEventListener("click", () => step(1));
  calm.addEventListener("change", say);
  link.on("change:_pointing", forget);
  link.on("change:_scene change:_image change:_weights", changed);
  say();
  return () => {
    end();
    calm.removeEventListener("change", say);
    link.off("change:_pointing", forget);
    link.off("change:_scene change:_image change:_weights", changed);
  };
}

export default { render };
