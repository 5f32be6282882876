// A network on one canvas, fed live. live_network.py is its other half: it says once which stacks
// of maps there are, and sends for each picture {maps, most, probabilities}. `maps` holds one byte
// for each number, stack after stack, map after map, which picks a colour from a table of 256.

const ACCENT = "#ff9100"; // the chosen map, as in pixels.js
const SOURCE = "#56b4e9"; // the maps that it is made of
const FLOW = "rgba(128, 128, 128, 0.13)"; // from one stack to the next
const GAP = 3; // pixels between two maps
const [TOP, BOTTOM, BARS] = [50, 34, 142]; // pixels: words above, sizes below, the bars' width
const NARROWEST = 18; // pixels between two stacks
const ALONE = 30; // pixels of a single map, at least
const SHARP = 2; // pixels of the canvas for one of the page: half pixels are whole ones there
const CARD = 196; // pixels of a map that is shown large
const ANSWER = { name: "answer", about: "dense, softmax", size: "together 100 %" };
const HELP = "Arrow keys choose a map";
const OPENS = "; Enter shows it large; Escape closes it";

const STYLE = `
.live-network { position: relative; font: 12px/1.3 var(--jp-ui-font-family, system-ui, sans-serif);
  color: var(--jp-ui-font-color1, #212121); }
.live-network canvas { display: block; }
.live-network > canvas { cursor: pointer; }
.live-network :focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); }
.live-network-words { position: absolute; transform: translateX(-50%); text-align: center;
  line-height: 1.2; pointer-events: none; }
.live-network.narrow .live-network-words, .live-network.narrow .live-network-words small {
  font-size: 10px; letter-spacing: -0.02em; }
.live-network-words small, .live-network-card small { color: var(--jp-ui-font-color2, #616161);
  font-size: 11px; }
.live-network-bars { position: absolute; }
.live-network-bars > div { display: flex; align-items: center; gap: 6px; }
.live-network-bars b { width: 0.8em; font-weight: inherit; }
.live-network-bars i { flex: 1; height: 60%; background: rgba(128, 128, 128, 0.18); }
.live-network-bars i > i { display: block; height: 100%; background: #9a9a9a;
  transition: width 90ms linear; }
.live-network-bars .best { font-weight: 700; }
.live-network-bars .best i > i { background: var(--jp-brand-color1, #1f77b4); }
.live-network-bars span { width: 5.2em; text-align: right; font-size: 11px; white-space: nowrap; }
.live-network-card { position: absolute; box-sizing: border-box; width: 226px; padding: 8px 14px 12px;
  background: var(--jp-layout-color1, white); border: 1px solid var(--jp-border-color1, #bdbdbd);
  border-radius: 6px; box-shadow: 0 4px 18px rgba(0, 0, 0, 0.28); }
.live-network-card > div { display: flex; gap: 10px; align-items: flex-start; margin-top: 8px;
  line-height: 1.25; }
.live-network-card > canvas { margin-top: 6px; }
.live-network-card > div > canvas { flex: none; }
.live-network [hidden] { display: none; }
.live-network-card button { position: absolute; top: 4px; right: 6px; border: 0; padding: 0 6px;
  background: none; color: inherit; font-size: 18px; line-height: 1.2; cursor: pointer; }
.live-network-status { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
@media (prefers-reduced-motion: reduce) { .live-network-bars i > i { transition: none; } }`;

// ---- where things lie: pure functions ----

// Blocks of maps from left to right, as large as fit, their middles at one height; the bars have
// the room that is left; `most` maps lie below each other. -> [{x, y, w, h, columns, rows, wide, high}], wide and high of one map.
export function layout(stacks, width, height, most) {
  const tallest = Math.max(...stacks.map(({ shape }) => shape[0]));
  const room = height - TOP - BOTTOM;
  const blocksOf = (side) =>
    stacks.map(({ shape: [h, w], shown }) => {
      const longer = Math.max(h, w);
      const usual = side * (longer / tallest) ** 0.6; // small maps are seen as well
      const wanted = shown === 1 ? Math.max(ALONE, 1.4 * usual) : usual; // nothing is beside it
      const exact = wanted / longer;
      const cell = exact < 2 ? exact : Math.round(SHARP * exact) / SHARP; // sharp where that shows
      const columns = Math.ceil(shown / most);
      const rows = Math.ceil(shown / columns);
      const [wide, high] = [w * cell, h * cell];
      return { columns, rows, wide, high, w: columns * (wide + GAP) - GAP,
        h: rows * (high + GAP) - GAP }; // prettier-ignore
    });
  const sum = (blocks) => blocks.reduce((total, { w }) => total + w, BARS);
  const fits = (blocks) =>
    sum(blocks) + NARROWEST * blocks.length <= width && blocks.every(({ h }) => h <= room);
  let side = 120;
  while (side > 8 && !fits(blocksOf(side))) side -= 1;
  const blocks = blocksOf(side);
  const gap = Math.min(64, Math.max(8, Math.floor((width - sum(blocks)) / blocks.length)));
  let x = 2; // room for a frame
  for (const block of blocks) {
    [block.x, block.y] = [x, Math.round(TOP + (room - block.h) / 2)];
    x += block.w + gap;
  }
  return { blocks, gap, bars: { x, y: TOP + Math.max(0, (room - 300) / 2), h: Math.min(300, room) } };
}

// Where map m of a block lies.
export function corner(block, m) {
  const [row, column] = [Math.floor(m / block.columns), m % block.columns];
  return [block.x + column * (block.wide + GAP), block.y + row * (block.high + GAP)];
}

// The map at a place of the drawing, [stack, map]; null where there is none.
export function mapAt(blocks, stacks, x, y) {
  for (const [s, block] of blocks.entries()) {
    const column = Math.floor((x - block.x) / (block.wide + GAP));
    const row = Math.floor((y - block.y) / (block.high + GAP));
    const m = row * block.columns + column;
    const inside = column >= 0 && column < block.columns && row >= 0 && m < stacks[s].shown;
    if (inside) return [s, m];
  }
  return null;
}

// Where an arrow key leads: to the next map, at the edge of a stack into the next one.
export function move(blocks, stacks, [s, m], key) {
  const { columns } = blocks[s];
  const step = { ArrowUp: -columns, ArrowDown: columns, ArrowLeft: -1, ArrowRight: 1 }[key];
  const sideways = key === "ArrowLeft" || key === "ArrowRight";
  const edge = key === "ArrowLeft" ? m % columns === 0 : m % columns === columns - 1;
  if (sideways && (edge || m + step >= stacks[s].shown)) {
    const other = s + step;
    if (!blocks[other]) return [s, m];
    const row = Math.round((Math.floor(m / columns) / blocks[s].rows) * blocks[other].rows);
    const first = row * blocks[other].columns + (step < 0 ? blocks[other].columns - 1 : 0);
    return [other, Math.min(first, stacks[other].shown - 1)];
  }
  return m + step >= 0 && m + step < stacks[s].shown ? [s, m + step] : [s, m];
}

// ---- the widget ----

function make(name, className, parent) {
  const node = parent.appendChild(document.createElement(name));
  node.className = className;
  return node;
}

const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const minus = (text) => String(text).replace("-", "\u2212");
const percent = (p) =>
  p > 0.999 ? "> 99.9 %" : p < 0.001 ? "< 0.1 %" : `${(100 * p).toFixed(1)} %`;

// Bytes as a picture of their own size, w pixels wide.
function pictureOf(bytes, w, table, canvas) {
  const image = new ImageData(w, bytes.length / w);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < bytes.length; i++) pixels[i] = table[bytes[i]];
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function render({ model, el }) {
  const style = document.getElementById("live-network") ?? make("style", "", document.head);
  style.id = "live-network";
  style.textContent = STYLE;
  el.classList.add("live-network");
  const stacks = model.get("_stacks");
  const canvas = make("canvas", "", el);
  const context = canvas.getContext("2d");
  const answer = stacks.at(-1).name === "scores" ? { ...ANSWER, about: "softmax" } : ANSWER;
  const words = [...stacks, null].map(() => [0, 1].map(() => make("div", "live-network-words", el)));
  const bars = make("div", "live-network-bars", el);
  const card = make("div", "live-network-card", el);
  const status = make("div", "live-network-status", el);
  const pictures = stacks.map(() => document.createElement("canvas")); // all maps of a stack
  const tables = Object.fromEntries(
    Object.entries(model.get("_colours")).map(([name, view]) => {
      const rgb = bytesOf(view);
      const colour = (i) => 0xff000000 | (rgb[3 * i + 2] << 16) | (rgb[3 * i + 1] << 8) | rgb[3 * i];
      return [name, Uint32Array.from({ length: 256 }, (_, i) => colour(i))];
    }),
  );
  let [blocks, pointed, due, lines] = [[], null, null, []];

  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-description", `${HELP}${model.get("opens") ? OPENS : ""}.`);
  status.setAttribute("role", "status");
  card.hidden = true;
  card.setAttribute("role", "group");
  const title = make("strong", "", card);
  const large = make("canvas", "", card);
  const beside = make("div", "", card);
  const kernel = make("canvas", "", beside);
  const text = make("small", "", beside);
  const close = make("button", "", card);
  close.textContent = "×";
  close.setAttribute("aria-label", "close the large map");
  bars.setAttribute("role", "list");
  bars.setAttribute("aria-label", "probability of each label");

  // ---- showing ----

  function place() {
    const [width, height] = [el.clientWidth, model.get("height")];
    if (!width) return; // not in the page yet
    el.classList.toggle("narrow", width < 620);
    const found = layout(stacks, width, height, model.get("rows"));
    blocks = found.blocks;
    const right = blocks.at(-1).x + blocks.at(-1).w;
    [canvas.width, canvas.height] = [SHARP * found.bars.x, SHARP * height];
    Object.assign(canvas.style, { width: `${found.bars.x}px`, height: `${height}px` });
    Object.assign(bars.style, { left: `${found.bars.x}px`, top: `${found.bars.y}px`,
      height: `${found.bars.h}px`, width: `${Math.min(240, width - found.bars.x)}px` }); // prettier-ignore
    const wide = Math.min(240, width - found.bars.x);
    const columns = [...blocks, { x: found.bars.x, w: wide }];
    [...stacks, answer].forEach(({ name, about, size }, s) => {
      const [above, below] = words[s];
      above.innerHTML = `<strong></strong><br><small></small>`;
      above.firstChild.textContent = name;
      above.lastChild.textContent = about;
      below.innerHTML = "<small></small>";
      below.firstChild.textContent = size;
      for (const each of [above, below]) {
        each.style.left = `${columns[s].x + columns[s].w / 2}px`;
        const beside = s < stacks.length ? found.gap : 0;
        each.style.width = `${columns[s].w + beside}px`; // longer words wrap
      }
      above.style.bottom = `${height - TOP + 6}px`;
      below.style.top = `${height - BOTTOM + 6}px`;
    });
    flow = [...blocks.map(({ x, y, w, h }) => [x, x + w, y, y + h]),
      [found.bars.x - 6, right, found.bars.y, found.bars.y + found.bars.h]]; // prettier-ignore
    paint();
  }
  let flow = [];

  function paint() {
    const frame = model.get("_frame");
    if (!blocks.length || !frame.maps) return;
    context.setTransform(SHARP, 0, 0, SHARP, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = FLOW;
    for (let s = 1; s < flow.length; s++) {
      const [[, from, top, bottom], [to, , high, low]] = [flow[s - 1], flow[s]];
      const path = new Path2D(
        `M${from + 3} ${top} L${to - 3} ${high} V${low} L${from + 3} ${bottom} Z`,
      );
      context.fill(path);
    }
    const bytes = bytesOf(frame.maps);
    let start = 0;
    stacks.forEach(({ shape: [h, w], shown, palette }, s) => {
      const end = start + h * w * shown;
      pictureOf(bytes.subarray(start, end), w, tables[palette], pictures[s]);
      start = end;
      const { wide, high } = blocks[s];
      context.imageSmoothingEnabled = !Number.isInteger((SHARP * wide) / w);
      for (let m = 0; m < shown; m++) {
        context.drawImage(pictures[s], 0, m * h, w, h, ...corner(blocks[s], m), wide, high);
      }
    });
    const chosen = pointed ?? model.get("chosen");
    if (chosen) paintChosen(chosen);
    paintBars(frame.probabilities);
    if (!card.hidden) paintCard();
    canvas.dataset.frame = Number(canvas.dataset.frame ?? 0) + 1; // what the tests wait for
  }

  function frameOf([s, m], colour, thick) {
    const [x, y] = corner(blocks[s], m);
    context.strokeStyle = colour;
    context.lineWidth = thick;
    context.strokeRect(x - 1, y - 1, blocks[s].wide + 2, blocks[s].high + 2);
  }

  // The maps of the stack before that this one is made of.
  function sources([s, m]) {
    if (!s) return [];
    const all = Array.from({ length: stacks[s - 1].shown }, (_, i) => [s - 1, i]);
    const single = !model.get("_kernels")[s] && stacks[s].shown > 1; // pooling
    return single ? [[s - 1, m]] : all;
  }

  function paintChosen(chosen) {
    const [s, m] = chosen;
    const to = corner(blocks[s], m);
    context.strokeStyle = SOURCE;
    context.lineWidth = 0.8;
    const from = sources(chosen);
    const before = blocks[s - 1];
    for (const y of new Set(from.map(([, i]) => corner(before, i)[1]))) {
      context.beginPath();
      context.moveTo(before.x + before.w, y + before.high / 2);
      context.lineTo(to[0], to[1] + blocks[s].high / 2);
      context.stroke();
    }
    for (const each of from) frameOf(each, SOURCE, 1.5);
    frameOf(chosen, ACCENT, 2.5);
  }

  function paintBars(probabilities) {
    if (lines.length !== probabilities.length) {
      bars.replaceChildren();
      lines = probabilities.map((_, label) => {
        const row = make("div", "", bars);
        row.setAttribute("role", "listitem");
        row.style.height = `${100 / probabilities.length}%`;
        make("b", "", row).textContent = label;
        const bar = make("i", "", make("i", "", row));
        bar.parentNode.setAttribute("aria-hidden", "true");
        return { row, bar, text: make("span", "", row) };
      });
    }
    const best = probabilities.indexOf(Math.max(...probabilities));
    lines.forEach(({ row, bar, text }, label) => {
      row.classList.toggle("best", label === best);
      bar.style.width = `${(100 * probabilities[label]).toFixed(1)}%`;
      text.textContent = percent(probabilities[label]);
    });
  }

  // ---- one map, large ----

  const nameOf = ([s, m]) => (stacks[s].shape[2] > 1 ? `${stacks[s].name}, map ${m}` : stacks[s].name);
  const mostOf = ([s, m]) => `Largest number now: ${minus(model.get("_frame").most[s][m])}`;

  function paintCard() {
    const chosen = model.get("chosen");
    const [s, m] = chosen;
    const { shape: [h, w], how } = stacks[s]; // prettier-ignore
    const cell = Math.floor(CARD / Math.max(h, w));
    [large.width, large.height] = [w * cell, h * cell];
    const pen = large.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(pictures[s], 0, m * h, w, h, 0, 0, large.width, large.height);
    title.textContent = nameOf(chosen);
    const weights = model.get("_kernels")[s];
    kernel.hidden = !weights;
    const bias = weights ? ` Bias ${weights.biases[m]}.` : "";
    text.textContent = `${how}${bias} ${mostOf(chosen)}.`;
    if (weights) paintKernel(weights, m);
    card.setAttribute("aria-label", `${nameOf(chosen)}, large`);
  }

  function paintKernel({ shape: [kh, kw, c], pixels }, m) {
    const columns = Math.ceil(Math.sqrt(c));
    const rows = Math.ceil(c / columns);
    const cell = Math.max(2, Math.min(26, Math.floor((84 / columns - GAP) / kw)));
    const one = document.createElement("canvas");
    const all = bytesOf(pixels).subarray(m * c * kh * kw, (m + 1) * c * kh * kw);
    pictureOf(all, kw, tables.diverging, one);
    kernel.width = columns * (kw * cell + GAP) - GAP;
    kernel.height = rows * (kh * cell + GAP) - GAP;
    const pen = kernel.getContext("2d");
    pen.imageSmoothingEnabled = false;
    for (let i = 0; i < c; i++) {
      const [x, y] = [(i % columns) * (kw * cell + GAP), Math.floor(i / columns) * (kh * cell + GAP)];
      pen.drawImage(one, 0, i * kh, kw, kh, x, y, kw * cell, kh * cell);
      pen.strokeStyle = "rgba(128, 128, 128, 0.6)";
      pen.strokeRect(x + 0.5, y + 0.5, kw * cell - 1, kh * cell - 1);
    }
  }

  function choose(at, open) {
    status.textContent = `${nameOf(at)}. ${mostOf(at)}`;
    if (String(at) !== String(model.get("chosen"))) {
      model.set("chosen", at);
      model.save_changes();
    }
    if (open && model.get("opens")) {
      card.hidden = false;
      const { x, w } = blocks[at[0]];
      const room = el.clientWidth - card.offsetWidth;
      const right = x + w + 14 <= room; // beside the stack, not upon it
      card.style.left = `${Math.max(0, right ? x + w + 14 : Math.min(room, x - 14 - card.offsetWidth))}px`;
      card.style.top = "14px";
    }
    paint();
  }

  function shut() {
    const was = !card.hidden;
    card.hidden = true;
    if (was) model.set("chosen", null), model.save_changes(), paint();
    return was;
  }

  // ---- pointer and keys ----

  const stop = new AbortController();
  const on = (target, name, react, capture = false) =>
    target.addEventListener(name, react, { capture, signal: stop.signal });
  const at = (event) => mapAt(blocks, stacks, event.offsetX, event.offsetY);
  const point = (to) => {
    if (String(to) === String(pointed)) return;
    pointed = to;
    paintSoon();
  };
  on(canvas, "pointermove", (event) => point(at(event)));
  on(canvas, "pointerleave", () => point(null));
  on(canvas, "click", (event) => (at(event) ? choose(at(event), true) : shut()));
  on(close, "click", () => {
    shut();
    canvas.focus();
  });
  // JupyterLab listens on the document; see pixels.js.
  const press = (event) => {
    if (event.target !== canvas && !(event.key === "Escape" && card.contains(event.target))) return;
    const modifier = event.ctrlKey || event.metaKey || event.altKey;
    const chosen = model.get("chosen");
    let used = false;
    if (event.key === "Escape") used = shut();
    else if (!modifier && /^(Arrow|Enter$| $)/.test(event.key)) {
      used = true;
      const open = !event.key.startsWith("Arrow");
      const to = !chosen || open ? (chosen ?? [0, 0]) : move(blocks, stacks, chosen, event.key);
      choose(to, open || !card.hidden);
    }
    canvas.toggleAttribute("data-lm-suppress-shortcuts", used || !modifier);
    if (!used) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  on(window, "keydown", press, true);

  const paintSoon = () => {
    due ??= requestAnimationFrame(() => {
      due = null;
      paint();
    });
  };
  const rename = () => canvas.setAttribute("aria-label", model.get("label"));
  model.on("change:_frame change:chosen", paintSoon);
  model.on("change:label", rename);
  model.on("change:height", place);
  const observer = new ResizeObserver(place);
  observer.observe(el);
  rename();
  place();

  return () => {
    stop.abort();
    observer.disconnect();
    cancelAnimationFrame(due);
    model.off("change:_frame change:chosen", paintSoon);
    model.off("change:label", rename);
    model.off("change:height", place);
  };
}

export default { render };
