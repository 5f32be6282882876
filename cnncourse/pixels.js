// A grid of pixels on a canvas. pixels.py is its other half; linked.js tells it what to light up.
//
// Python sends a frame {shape, pixels, numbers, ends}. `pixels` holds one byte for each pixel, which
// picks a colour from the table `_colours` (byte 0: no value yet, left transparent, so that the
// hatch behind the canvas shows), or three bytes, which are red, green and blue. `ends` are the
// numbers of the first and the last colour.

const ACCENT = "#ff9100"; // first window and selected pixel: seen on grey, blue, yellow and red
const SECOND = "#56b4e9"; // the other windows
const PADDING = "#b9c4cb"; // the border of zeros around an image: no pixel of it, and no hatch
const GAP = "rgba(255, 255, 255, 0.6)"; // a veil over what a spread kernel leaves out
const HALO = "rgba(0, 0, 0, 0.75)"; // around both, so that they stand out from bright pixels too
const SEND_AFTER = 60; // milliseconds between two messages while somebody draws
const REST = 250; // milliseconds without a move, after which Python is told what is pointed at

const KEYS = "Keys: arrows, space paints, x erases";
const DRAW_HELP = `Draw with a mouse, a pen or a finger. ${KEYS}, Delete clears.`;
const EDIT_KEYS = "Drag, scroll or type; keys + and \u2212";
const EDIT_HELP =
  "Arrow keys choose a number; plus and minus change it; typed digits replace it, and a minus " +
  "after them changes the sign; Enter is the end, Escape brings the old number back.";
const DRAG = 6; // pixels of a drag, or of a wheel's turn times 10, for one step
const SELECT_HELP = "Arrow keys choose a pixel; Home, End, Page Up and Page Down go to the edges.";

// The hatch is the same in a light and a dark page: like the colours of the pixels, it has a meaning.
const STYLE = `
.pixelgrid { display: flex; flex-direction: column; gap: 6px; padding: 4px 8px 4px 4px;
  width: fit-content; max-width: 100%; box-sizing: border-box;
  font: 13px/1.35 var(--jp-ui-font-family, system-ui, sans-serif);
  color: var(--jp-ui-font-color1, #212121); }
.pixelgrid [hidden] { display: none; }
.pixelgrid canvas { display: block; max-width: 100%;
  outline: 1px solid var(--jp-border-color2, #e0e0e0);
  background: repeating-linear-gradient(135deg, #dadada 0 4px, #bababa 4px 6px); }
.pixelgrid canvas[tabindex="0"] { cursor: crosshair; }
.pixelgrid :focus-visible { outline: 3px solid var(--jp-brand-color1, #1976d2); outline-offset: 1px; }
/* As wide as the picture, whatever the length of the text: it wraps. */
.pixelgrid-title, .pixelgrid-tools, .pixelgrid-scale { width: 0; min-width: 100%; }
.pixelgrid-scale { display: flex; gap: 6px; align-items: center; font-size: 11px; }
.pixelgrid-scale i { flex: 1; height: 7px; outline: 1px solid var(--jp-border-color2, #e0e0e0); }
.pixelgrid-title { font-weight: 600; }
.pixelgrid-tools { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; }
.pixelgrid-tools small { color: var(--jp-ui-font-color2, #616161); font-size: 11px; }
.pixelgrid-tools button { font: inherit; padding: 2px 10px; cursor: pointer; border-radius: 3px;
  color: inherit; background: var(--jp-layout-color2, #eee);
  border: 1px solid var(--jp-border-color1, #bdbdbd); }
.pixelgrid-status { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }`;

// What a key does to a place (row, column); the place is moved back into the grid afterwards.
const MOVES = {
  ArrowUp: ([row, column]) => [row - 1, column],
  ArrowDown: ([row, column]) => [row + 1, column],
  ArrowLeft: ([row, column]) => [row, column - 1],
  ArrowRight: ([row, column]) => [row, column + 1],
  Home: ([row]) => [row, 0],
  End: ([row]) => [row, Infinity],
  PageUp: ([, column]) => [0, column],
  PageDown: ([, column]) => [Infinity, column],
};

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function make(name, className, parent) {
  const node = parent.appendChild(document.createElement(name));
  node.className = className;
  return node;
}

// Black or white, whichever differs more from this colour (relative luminance as in WCAG 2).
function contrast([red, green, blue]) {
  const linear = (value) => (value / 255) ** 2.2;
  const light = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return light > 0.18 ? "#000" : "#fff";
}

function render({ model, el }) {
  const style = document.getElementById("pixelgrid-style") ?? make("style", "", document.head);
  style.id = "pixelgrid-style"; // one for all grids
  style.textContent = STYLE;
  el.classList.add("pixelgrid");
  const title = make("div", "pixelgrid-title", el);
  const canvas = make("canvas", "", el);
  const scaleBar = make("div", "pixelgrid-scale", el);
  const [low, colourBar, high] = ["span", "i", "span"].map((name) => make(name, "", scaleBar));
  scaleBar.setAttribute("aria-hidden", "true"); // the label says it in words
  const tools = make("div", "pixelgrid-tools", el);
  const clear = make("button", "", tools);
  const status = make("div", "pixelgrid-status", el); // what a screen reader says of a key press
  const keys = make("small", "", tools);
  clear.textContent = "Clear";
  status.setAttribute("role", "status");
  canvas.setAttribute("role", "img");
  const context = canvas.getContext("2d");
  const small = document.createElement("canvas"); // the picture in its own size

  let ink = null; // the drawing while it is ahead of Python; otherwise the model has the newest
  let timer = null; // for the next message to Python
  let sent = -SEND_AFTER; // when the last one left
  let last = null; // where the pointer was, while it draws
  let cursor = [0, 0]; // where the keyboard draws
  let keyboard = false; // whether to show that
  let due = null; // the next drawing of the canvas
  let lit = null; // rectangles that a link lights up, in place of Python's windows
  let alike = false; // whether they mean the same; otherwise the first is the one that counts
  let instead = null; // a frame that a link shows in place of Python's
  let resting = null; // until Python is told what is pointed at
  let held = null; // the number under the pointer while it is dragged: {at, value, y}
  let typed = ""; // what somebody types over the number at the cursor
  let latest = {}; // the last edit {at, value, when}: Python may be behind
  let painted = []; // the bytes and colours that `small` shows

  // ---- showing ----

  const frame = () => instead ?? model.get("_frame");

  function geometry() {
    const [rows, columns] = frame().shape;
    const [top, bottom, left, right] = model.get("margin");
    return { rows, columns, top, left, height: top + rows + bottom, width: left + columns + right };
  }

  function pixels() {
    const bytes = frame().pixels;
    return ink ?? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  function paint({ rows, columns }) {
    const table = model.get("_colours");
    const newest = [frame().pixels, table];
    if (!ink && newest.every((each, i) => each === painted[i])) return painted[2];
    const bytes = pixels();
    const image = new ImageData(columns, rows);
    const isColour = bytes.length === 3 * rows * columns;
    for (let i = 0; i < rows * columns; i++) {
      for (let c = 0; c < 3; c++) {
        image.data[4 * i + c] = isColour ? bytes[3 * i + c] : table.getUint8(3 * bytes[i] + c);
      }
      image.data[4 * i + 3] = isColour || bytes[i] ? 255 : 0;
    }
    small.width = columns;
    small.height = rows;
    small.getContext("2d").putImageData(image, 0, 0);
    painted = ink ? [] : [...newest, image.data]; // ink changes in place
    return image.data;
  }

  // Choose how many pixels of the canvas one of the array takes: always a whole number, so that all
  // are equally large and sharp. Small arrays are shown at that size; for large ones, whose `size`
  // would be far off then, the canvas is a bit too large and the browser shrinks it smoothly.
  function fit({ width, height }) {
    const density = window.devicePixelRatio || 1;
    let shown = (model.get("size") * density) / Math.max(width, height);
    if (shown >= 8) shown = Math.floor(shown);
    const scale = Math.ceil(shown);
    const cell = shown / density; // in CSS pixels
    canvas.width = width * scale;
    canvas.height = height * scale;
    canvas.style.width = `${width * cell}px`;
    return { scale, cell, unit: scale / cell }; // a line of `unit` looks one CSS pixel thick
  }

  function drawNumbers({ rows, columns, top, left, width, height }, scale, colours) {
    const { numbers } = frame();
    const font = (px) => `${px}px ${getComputedStyle(el).fontFamily || "sans-serif"}`;
    context.font = font(100);
    const widest = Math.max(...numbers.map((text) => context.measureText(text).width));
    const px = Math.min(0.5 * scale, (80 * scale) / widest);
    context.font = font(px);
    context.textAlign = "center";
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [row, column] = [y - top, x - left];
        const inside = row >= 0 && row < rows && column >= 0 && column < columns;
        const at = row * columns + column;
        if (inside && !colours[4 * at + 3]) continue; // not computed yet
        context.fillStyle = inside ? contrast(colours.subarray(4 * at)) : "#000";
        const number = typed && String([row, column]) === String(cursor) ? `${typed}|` : numbers[at];
        const text = inside ? number : "0"; // the margin is padding with zeros
        context.fillText(text, (x + 0.5) * scale, (y + 0.5) * scale + 0.36 * px);
      }
    }
  }

  function showScale() {
    const { ends } = frame();
    scaleBar.hidden = !model.get("scale") || !ends?.length;
    if (scaleBar.hidden) return;
    [low.textContent, high.textContent] = ends;
    const table = model.get("_colours");
    const colour = (byte) => `rgb(${[0, 1, 2].map((c) => table.getUint8(3 * byte + c))})`;
    const stops = Array.from({ length: 17 }, (_, i) => colour(1 + Math.round((i * 254) / 16)));
    colourBar.style.background = `linear-gradient(to right, ${stops})`;
  }

  // A mark in the upper left corner of a pixel.
  function mark([row, column], { top, left }, scale) {
    const [x, y, side] = [(left + column) * scale, (top + row) * scale, 0.3 * scale];
    context.beginPath();
    [[x, y], [x + side, y], [x, y + side]].forEach((corner) => context.lineTo(...corner));
    context.closePath();
    context.fillStyle = SECOND;
    context.strokeStyle = HALO;
    context.lineWidth = 1;
    context.fill();
    context.stroke();
  }

  // Where single pixels are framed inside a larger frame, these take part, and the others do not.
  function veilGaps([first, ...others], { top, left }, scale) {
    const inside = ([row, column, rows, columns]) =>
      rows * columns === 1 && row >= first[0] && column >= first[1] &&
      row < first[0] + first[2] && column < first[1] + first[3];
    if (!others.length || !others.every(inside)) return;
    context.fillStyle = GAP;
    context.beginPath();
    for (const [row, column, rows, columns] of [first, ...others]) {
      context.rect((left + column) * scale, (top + row) * scale, columns * scale, rows * scale);
    }
    context.fill("evenodd");
  }

  function paintMargin({ rows, columns, top, left }, scale) {
    context.fillStyle = PADDING;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.clearRect(left * scale, top * scale, columns * scale, rows * scale);
  }

  function outline([row, column, rows, columns], colour, thick, { top, left }, scale) {
    // Centred on the edge of the pixels, but never half cut off by the edge of the canvas.
    const edge = (at, end) =>
      at === 0 ? thick / 2 + 1 : at * scale === end ? end - thick / 2 - 1 : at * scale;
    // A single pixel of a large picture is framed from a little further off, so that it is seen.
    const sides = (at, count, end) => {
      const off = Math.max(0, 2.5 * thick - count * scale) / 2;
      return [edge(at, end) - off, edge(at + count, end) + off];
    };
    const [x0, x1] = sides(left + column, columns, canvas.width);
    const [y0, y1] = sides(top + row, rows, canvas.height);
    for (const [stroke, width] of [[HALO, thick + 2], [colour, thick]]) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.strokeRect(x0, y0, x1 - x0, y1 - y0);
    }
  }

  function draw() {
    const grid = geometry();
    const [drawable, editable] = [model.get("drawable"), model.get("editable")];
    const chosen = model.get("selectable") || model.get("pointable");
    const help = drawable ? DRAW_HELP : editable ? EDIT_HELP : chosen ? SELECT_HELP : "";
    const name = model.get("label") || model.get("title");
    title.textContent = model.get("title");
    title.hidden = !title.textContent;
    showScale();
    tools.hidden = !(drawable || editable);
    clear.hidden = !drawable;
    keys.textContent = editable ? EDIT_KEYS : KEYS;
    canvas.setAttribute("aria-label", name || `${grid.rows} by ${grid.columns} pixels`);
    canvas.setAttribute("aria-description", help);
    canvas.style.touchAction = drawable || editable ? "none" : ""; // a finger does not scroll
    canvas.style.cursor = editable ? "ns-resize" : "";
    if (chosen || drawable || editable) canvas.tabIndex = 0;

    const { scale, cell, unit } = fit(grid);
    const colours = paint(grid);
    context.imageSmoothingEnabled = false;
    paintMargin(grid, scale);
    const corner = [grid.left * scale, grid.top * scale];
    context.drawImage(small, ...corner, grid.columns * scale, grid.rows * scale);
    if (cell >= 14) {
      context.fillStyle = "rgba(128, 128, 128, 0.6)";
      for (let x = 1; x < grid.width; x++) context.fillRect(x * scale, 0, 1, canvas.height);
      for (let y = 1; y < grid.height; y++) context.fillRect(0, y * scale, canvas.width, 1);
    }
    if (cell >= 12 && frame().numbers.length) drawNumbers(grid, scale, colours);

    const thick = Math.round((cell >= 20 ? 3 : 2) * unit);
    for (const each of model.get("marks")) mark(each, grid, scale);
    const windows = lit ?? model.get("windows");
    if (!alike) veilGaps(windows, grid, scale);
    const selected = model.get("selected");
    if (selected) outline([...selected, 1, 1], lit ? SECOND : ACCENT, thick, grid, scale);
    const most = lit ? (alike ? lit.length : 1) : model.get("foremost");
    const [foremost, others] = [windows.slice(0, most), windows.slice(most)];
    for (const each of others) outline(each, SECOND, Math.round(2 * unit), grid, scale);
    for (const each of foremost) outline(each, ACCENT, thick, grid, scale); // on top of the others
    const marked = drawable ? keyboard : editable && canvas.matches(":focus");
    if (marked) outline([...cursor, 1, 1], ACCENT, Math.round(unit), grid, scale);
    canvas.dataset.frame = Number(canvas.dataset.frame ?? 0) + 1; // what the tests wait for
  }

  // Many things may change at once: draw them together, just before the next screen refresh.
  function drawSoon() {
    due ??= requestAnimationFrame(() => {
      due = null;
      draw();
    });
  }

  // ---- choosing and drawing ----

  // Where a pointer is, in pixels of the array.
  function place(event) {
    const box = canvas.getBoundingClientRect();
    const { width, height, top, left } = geometry();
    const row = ((event.clientY - box.top) / box.height) * height - top;
    return [row, ((event.clientX - box.left) / box.width) * width - left];
  }

  function nearest([row, column]) {
    const { rows, columns } = geometry();
    const pixel = [clamp(Math.floor(row), 0, rows - 1), clamp(Math.floor(column), 0, columns - 1)];
    status.textContent = `row ${pixel[0]}, column ${pixel[1]}`;
    return pixel;
  }

  function select(at) {
    model.set("selected", nearest(at));
    model.save_changes();
    if (model.get("pointable")) point(model.get("selected"));
  }

  // Links follow at once, in the page; Python hears of it once the pointer rests.
  function point(at) {
    if (String(at) === String(model.get("pointed"))) return;
    model.set("pointed", at);
    clearTimeout(resting);
    resting = setTimeout(() => model.save_changes(), REST);
  }

  // Paint a stroke with round ends; a pixel takes as much ink as it lies within the brush, so that
  // the edge is smooth. Or erase one: all that the brush touches, so that nothing faint remains.
  function stroke(from, to, erase = false) {
    const { rows, columns } = geometry();
    const reach = model.get("brush") + 0.5;
    const [dy, dx] = [to[0] - from[0], to[1] - from[1]];
    ink = ink ?? pixels().slice();
    const isColour = ink.length === 3 * rows * columns;
    for (let i = 0; i < rows * columns; i++) {
      const y = Math.floor(i / columns) + 0.5 - from[0];
      const x = (i % columns) + 0.5 - from[1];
      const along = clamp((y * dy + x * dx) / (dy * dy + dx * dx || 1), 0, 1);
      const share = clamp(reach - Math.hypot(y - along * dy, x - along * dx), 0, 1);
      if (isColour) colourPixel(i, share, erase);
      else if (!erase) ink[i] = Math.max(ink[i], 1 + Math.round(254 * share));
      else if (share > 0) ink[i] = 1;
    }
    timer ??= setTimeout(send, Math.max(0, sent + SEND_AFTER - performance.now()));
    drawSoon();
  }

  // In a coloured picture paint covers what it lies on, and an eraser brings the picture back.
  function colourPixel(i, share, erase) {
    const under = new Uint8Array(model.get("_paper").buffer, model.get("_paper").byteOffset, ink.length);
    for (let c = 0; c < 3; c++) {
      const at = 3 * i + c;
      if (erase) ink[at] = share > 0 ? under[at] : ink[at];
      else ink[at] += Math.round(share * (255 * model.get("ink")[c] - ink[at]));
    }
  }

  function send() {
    clearTimeout(timer);
    timer = null;
    if (!ink) return;
    sent = performance.now();
    const shape = model.get("_frame").shape;
    model.set("_frame", { shape, pixels: new DataView(ink.buffer), numbers: [] });
    model.save_changes();
  }

  function wipe() {
    const paper = model.get("_paper");
    ink = pixels().slice().fill(1);
    if (paper.byteLength) ink.set(new Uint8Array(paper.buffer, paper.byteOffset, ink.length));
    send();
  }

  // ---- changing numbers ----

  const placeOf = ([row, column]) => row * geometry().columns + column;

  // The number at a place, as the last edit left it, though Python may not have answered yet.
  function valueAt(at) {
    const fresh = performance.now() - latest.when < 500 && String(latest.at) === String(at);
    return fresh ? latest.value : model.get("_values")[placeOf(at)];
  }

  function edit(at, value) {
    const [low, high] = model.get("reach");
    value = Math.round(clamp(value, low, high) * 1e6) / 1e6; // 0.1 + 0.2 is 0.3 here
    latest = { at, value, when: performance.now() };
    const values = [...model.get("_values")];
    values[placeOf(at)] = value;
    model.set("_values", values);
    model.save_changes();
    status.textContent = `row ${at[0]}, column ${at[1]}: ${value}`.replace("-", "\u2212");
  }

  const stepBy = (at, steps) => edit(at, valueAt(at) + steps * model.get("step"));

  function finishTyping(keep = true) {
    const value = Number(typed.replace("\u2212", "-"));
    if (keep && typed && !Number.isNaN(value)) edit(cursor, value);
    typed = "";
    drawSoon();
  }

  function pressOnNumber(key) {
    const move = MOVES[key];
    if (key === "Escape" || key === "Enter") {
      if (!typed) return false;
      finishTyping(key === "Enter");
    } else if (move) {
      finishTyping();
      cursor = nearest(move(cursor));
    } else if (/^[0-9.,]$/.test(key)) typed += key === "," ? "." : key;
    else if (typed && key === "-") typed = typed[0] === "\u2212" ? typed.slice(1) : `\u2212${typed}`;
    else if (typed && key === "Backspace") typed = typed.slice(0, -1);
    else if (key === "+" || key === "=" || key === "-") {
      finishTyping();
      stepBy(cursor, key === "-" ? -1 : 1);
    } else if (key === "Delete") {
      typed = "";
      edit(cursor, 0);
    } else return false;
    drawSoon();
    return true;
  }

  // Whether this key means something here.
  function press(key) {
    if (model.get("editable")) return pressOnNumber(key);
    const move = MOVES[key];
    if (!model.get("drawable")) {
      const selectable = model.get("selectable");
      if (!move || !(selectable || model.get("pointable"))) return false;
      const at = selectable ? model.get("selected") : model.get("pointed");
      (selectable ? select : (to) => point(nearest(to)))(at ? move(at) : [0, 0]);
      return true;
    }
    const middle = cursor.map((at) => at + 0.5);
    if (move) cursor = nearest(move(cursor));
    else if (key === " ") stroke(middle, middle);
    else if (key === "x" || key === "Backspace") stroke(middle, middle, true);
    else if (key === "Delete") wipe();
    else return false;
    keyboard = true;
    drawSoon();
    return true;
  }

  const stop = new AbortController();
  const on = (target, name, react, capture = false) =>
    target.addEventListener(name, react, { capture, signal: stop.signal });

  on(canvas, "pointerdown", (event) => {
    if (event.button !== 0) return;
    if (model.get("selectable")) select(place(event));
    if (model.get("editable")) {
      finishTyping();
      cursor = nearest(place(event));
      held = { at: cursor, value: valueAt(cursor), y: event.clientY };
      canvas.setPointerCapture(event.pointerId);
      drawSoon();
    }
    if (!model.get("drawable")) return;
    canvas.setPointerCapture(event.pointerId);
    keyboard = false;
    last = place(event);
    stroke(last, last);
  });
  on(canvas, "pointermove", (event) => {
    if (model.get("pointable")) {
      const [row, column] = place(event).map(Math.floor);
      const { rows, columns } = geometry();
      point(row >= 0 && row < rows && column >= 0 && column < columns ? [row, column] : null);
    }
    if (held) {
      const value = held.value + Math.round((held.y - event.clientY) / DRAG) * model.get("step");
      if (Math.abs(value - valueAt(held.at)) > 1e-6) edit(held.at, value);
    }
    if (!last) return;
    const moves = event.getCoalescedEvents?.() ?? []; // a fast hand moves often between refreshes
    for (const move of moves.length ? moves : [event]) stroke(last, (last = place(move)));
  });
  // Only after a click on it, so that nobody changes a number who scrolls the page.
  let turned = 0;
  const turn = (event) => {
    if (!model.get("editable") || !canvas.matches(":focus")) return;
    event.preventDefault();
    turned -= event.deltaY / (event.deltaMode === 0 ? 10 * DRAG : 1);
    const steps = Math.trunc(turned);
    turned -= steps;
    if (steps) stepBy(cursor, steps);
  };
  canvas.addEventListener("wheel", turn, { passive: false, signal: stop.signal });
  const lift = () => {
    held = null;
    last = null;
    send();
  };
  on(canvas, "pointerleave", () => point(null));
  on(canvas, "pointerup", lift);
  on(canvas, "pointercancel", lift);
  on(clear, "click", wipe);
  // JupyterLab listens on the document, before the canvas is asked, and to it x means "cut the cell"
  // and an arrow "leave it". So keep all keys to ourselves, one step earlier, on the window; it lets
  // those pass that a focused element claims. Keys with Ctrl, Alt or Meta and Escape stay its own.
  const take = (event) => {
    if (event.target !== canvas) return;
    const passes =
      event.ctrlKey || event.metaKey || event.altKey || (event.key === "Escape" && !typed);
    canvas.toggleAttribute("data-lm-suppress-shortcuts", !passes);
    if (passes || !press(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  on(window, "keydown", take, true);
  const focus = () => {
    keyboard = canvas.matches(":focus-visible");
    drawSoon();
  };
  on(canvas, "focus", focus);
  on(canvas, "blur", () => {
    focus();
    finishTyping();
    point(null);
  });

  // ---- when to draw ----

  const forgetInk = () => {
    ink = null;
  };
  const setLit = (rectangles, same) => {
    [lit, alike] = [rectangles, same];
    drawSoon();
  };
  const setInstead = (other) => {
    instead = other;
    drawSoon();
  };
  // Where a rectangle of pixels is on the screen, for what moves from grid to grid.
  const tellWhere = ([row, column, rows, columns], hear) => {
    const [box, { width, height, top, left }] = [canvas.getBoundingClientRect(), geometry()];
    const [wide, high] = [box.width / width, box.height / height];
    const [x, y] = [box.x + (left + column) * wide, box.y + (top + row) * high];
    hear({ x, y, width: columns * wide, height: rows * high });
  };
  const tell = (text) => {
    if (canvas.matches(":focus")) status.textContent = text;
  };
  model.on("lit", setLit);
  model.on("instead", setInstead);
  model.on("where", tellWhere);
  model.on("told", tell);
  model.on("change:_frame", forgetInk);
  model.on("change", drawSoon);
  on(window, "resize", drawSoon); // zooming, too, needs other pixels
  draw();

  return () => {
    stop.abort();
    clearTimeout(timer);
    clearTimeout(resting);
    cancelAnimationFrame(due);
    model.off("lit", setLit);
    model.off("instead", setInstead);
    model.off("where", tellWhere);
    model.off("told", tell);
    model.off("change:_frame", forgetInk);
    model.off("change", drawSoon);
  };
}

export default { render };
