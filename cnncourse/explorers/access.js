// What ipywidgets leave out, for all controls of a lab: names and spoken values for screen readers,
// sentences that are read out, keys that stay in the lab, a focus that can be seen, and few stops
// for the Tab key.

const ARROW =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E" +
  "%3Cpath d='M5 7l4 4 4-4' fill='none' stroke='%23e0e0e0' stroke-width='2'/%3E%3C/svg%3E";
const STYLE = `
.cnncourse-lab { overflow: visible; }
.cnncourse-lab :is(button, select, input, textarea, [role=slider], [role=textbox]):focus-visible,
.cnncourse-lab .noUi-handle:focus {
  outline: 3px solid var(--jp-brand-color1, #1976d2) !important; outline-offset: 1px; }
.cnncourse-lab .widget-readout { color: var(--jp-ui-font-color1); }
.cnncourse-lab .widget-checkbox input { vertical-align: middle; margin-top: -2px; }
.cnncourse-lab .widget-toggle-buttons { display: flex; align-items: baseline; gap: 8px; }
.cnncourse-lab .widget-toggle-buttons > .widget-label { flex: none; text-align: right; }
.cnncourse-lab .widget-toggle-button.mod-active {
  box-shadow: inset 0 0 0 2px var(--jp-brand-color1, #1976d2); }
/* The arrow of ipywidgets' dropdowns is black. */
[data-jp-theme-light=false] .cnncourse-lab .widget-dropdown > select {
  background-image: url("${ARROW}"); }
.cnncourse-table :is(th, td) { white-space: nowrap; }
.cnncourse-table :is(th, td):nth-child(n + 3) { text-align: right; padding-left: 5px; }
.cnncourse-table :is(th, td):nth-child(-n + 2) { text-align: left; }
.cnncourse-lab .cnncourse-block { position: relative; overflow: visible; } /* or it cuts its hint */
.cnncourse-block:has(.noUi-handle:focus-visible)::after { content: "← → change it, ↑ ↓ next slider";
  position: absolute; right: 0; bottom: -10px; padding: 0 4px; font-size: 11px; z-index: 1;
  color: var(--jp-ui-font-color1); background: var(--jp-layout-color1); }
.cnncourse-try { border-left: 4px solid var(--jp-brand-color1, #1976d2); padding-left: 8px; }
/* ipywidgets show a broken chain there, which says nothing of what to do. */
.cnncourse-lab.jupyter-widgets-disconnected::before {
  content: "This lab no longer answers: its kernel was restarted. Run this cell again, and before it \
those above that it needs (Run, Run All Above Selected Cell).";
  position: static; order: -1; display: block; padding: 6px 8px; font: 14px/1.4 sans-serif;
  color: var(--jp-ui-font-color1, #222); background: var(--jp-warn-color3, #fff3c4);
  border-left: 4px solid var(--jp-warn-color1, #b36b00); }
[data-jp-theme-light=false] .cnncourse-lab.jupyter-widgets-disconnected::before {
  color: #fff; background: #5c3d00; }
.cnncourse-lab .jupyter-widgets-disconnected::before { content: none; }
.cnncourse-access { display: none; }`;

const PLAY = { "fa-play": "Play", "fa-pause": "Pause", "fa-stop": "Stop", "fa-retweet": "Repeat" };

// A tooltip that was never set is the text "null" in the page.
const told = (node) => (node?.title && node.title !== "null" ? node.title : "");

function set(node, attribute, value) {
  if (value && node.getAttribute(attribute) !== value) node.setAttribute(attribute, value);
}

// Tab stops at one slider of a block and at one of several toggle buttons; arrows go to the others.
const BLOCKS = ".cnncourse-block, .widget-toggle-buttons";
const MEMBERS = ".noUi-handle, .widget-toggle-button";
const NEXT = { ArrowUp: -1, ArrowDown: 1 };
const BESIDE = { ...NEXT, ArrowLeft: -1, ArrowRight: 1 }; // of a slider, these two change the value

function stopAt(member, all) {
  for (const each of all) set(each, "tabindex", each === member ? "0" : "-1");
}

function goOn(event) {
  const block = event.target.closest(BLOCKS);
  const all = [...(block?.querySelectorAll(MEMBERS) ?? [])];
  const isButton = event.target.matches(".widget-toggle-button");
  const by = (isButton ? BESIDE : NEXT)[event.key];
  const next = all[all.indexOf(event.target) + by];
  if (!by || !all.includes(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // a slider would take it, too
  if (!next) return;
  stopAt(next, all);
  next.focus();
  if (isButton) next.click();
}

// Give every control below `lab` what it lacks. Called again after each change: it changes nothing
// that is right already, so it comes to rest.
function complete(lab) {
  for (const handle of lab.querySelectorAll(".noUi-handle")) {
    const control = handle.closest(".widget-inline-hbox, .widget-inline-vbox");
    const label = control?.querySelector(".widget-label");
    set(handle, "aria-label", told(label) || told(control) || label?.textContent);
    set(handle, "aria-valuetext", control?.querySelector(".widget-readout")?.textContent);
  }
  // Nobody listens to what is typed there.
  for (const readout of lab.querySelectorAll(".cnncourse-numbers .widget-readout")) {
    set(readout, "contenteditable", "false");
  }
  for (const readout of lab.querySelectorAll(".widget-readout[contenteditable=true]")) {
    const label = readout.closest(".widget-inline-hbox")?.querySelector(".widget-label");
    set(readout, "role", "textbox");
    set(readout, "tabindex", "-1"); // for the mouse: with the keys, there is the slider
    set(readout, "aria-label", `${told(label) || label?.textContent || ""}, typed`);
  }
  for (const block of lab.querySelectorAll(BLOCKS)) {
    const all = [...block.querySelectorAll(MEMBERS)];
    const stop = (test) => all.find((each) => each.matches(test));
    const before = all.filter((each) => each.tabIndex === 0);
    const kept = before.length === 1 ? before[0] : all[0];
    stopAt(stop(":focus") ?? stop(".mod-active") ?? kept, all);
    for (const handle of block.querySelectorAll(".noUi-handle")) {
      set(handle, "aria-description", "Up and down go to the other sliders.");
    }
  }
  for (const button of lab.querySelectorAll(".widget-play button")) {
    const icon = Object.keys(PLAY).find((name) => button.querySelector(`.${name}`));
    set(button, "aria-label", PLAY[icon]);
  }
  for (const button of lab.querySelectorAll("button:not([aria-label])")) {
    if (!button.textContent.trim()) set(button, "aria-label", told(button));
  }
  for (const field of lab.querySelectorAll("select, input, textarea")) {
    const control = field.closest(".jupyter-widgets");
    const label = control?.querySelector(".widget-label")?.textContent;
    if (!field.closest("label")) set(field, "aria-label", told(field) || told(control) || label);
  }
  for (const group of lab.querySelectorAll(".widget-radio-box, .widget-toggle-buttons")) {
    const control = group.closest(".widget-radio, .widget-toggle-buttons");
    set(group, "role", group.matches(".widget-radio-box") ? "radiogroup" : "group");
    const label = control.querySelector(".widget-label");
    set(group, "aria-label", told(control) || told(label) || label?.textContent);
  }
  for (const image of lab.querySelectorAll("img:not([alt])")) {
    set(image, "alt", told(image) || told(image.closest(".jupyter-widgets")) || "picture");
  }
  // ipywidgets replace the content of a text, so its frame, which stays, is what is announced.
  for (const text of lab.querySelectorAll(".cnncourse-sentence .widget-html-content")) {
    set(text, "role", "status");
  }
}

// JupyterLab listens on the document: to it x means "cut the cell", an arrow "leave it". It lets a
// key pass where the focused element says so. Keys with Ctrl, Alt or Meta, Escape and Shift+Enter
// keep their meaning.
function keepKeys(event) {
  const target = event.target;
  if (!(target instanceof Element) || !target.closest(".cnncourse-lab")) return;
  const modifier = event.ctrlKey || event.metaKey || event.altKey;
  const passes = modifier || event.key === "Escape" || (event.shiftKey && event.key === "Enter");
  target.toggleAttribute("data-lm-suppress-shortcuts", !passes);
  if (!passes) goOn(event);
}

function render({ el }) {
  el.classList.add("cnncourse-access");
  if (!document.getElementById("cnncourse-access")) {
    const style = document.head.appendChild(document.createElement("style"));
    style.id = "cnncourse-access";
    style.textContent = STYLE;
    window.addEventListener("keydown", keepKeys, true); // before the document hears of it
  }
  let due = null;
  const observer = new MutationObserver(() => {
    due ??= requestAnimationFrame(() => {
      due = null;
      complete(el.closest(".cnncourse-lab") ?? el);
    });
  });
  const start = () => {
    const lab = el.closest(".cnncourse-lab");
    if (!lab) return void (due = requestAnimationFrame(start)); // not in the page yet
    due = null;
    complete(lab);
    observer.observe(lab, {
      childList: true,
      subtree: true,
      characterData: true,
      attributes: true,
      attributeFilter: ["aria-valuetext", "aria-valuenow", "title", "contenteditable"],
    });
  };
  start();
  return () => {
    observer.disconnect();
    cancelAnimationFrame(due);
  };
}

export default { render };
