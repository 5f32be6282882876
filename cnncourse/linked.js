// Grids that answer together: point at an output, and the window that made it lights up in the
// image, its weights in the kernel; point at a pixel of the image, and all outputs that it reaches
// light up. All of it happens in the page. linked.py is its other half: it sends a `_scene`
// {k, stride, dilation, edges, image: [h, w, c], out: [oh, ow], filters, bias, relu, keep}, the
// numbers of the image and the weights, and the names of the grids. linked.walk.js says where a window
// that walks is.

// ---- where things lie: pure functions of a scene ----

const range = (count) => [...Array(count).keys()];

// The rows (axis 0) or columns (axis 1) of the image that one place of the window lies on; those
// of the padding are outside 0 ... size - 1.
export function line({ k, stride, dilation, edges }, axis, place) {
  return range(k[axis]).map((i) => place * stride[axis] - edges[2 * axis] + i * dilation[axis]);
}

// The window of an output, as rectangles (row, column, rows, columns): the frame around all of it
// and, where there are gaps, each pixel that takes part.
export function windowOf(scene, [row, column]) {
  const [rows, columns] = [line(scene, 0, row), line(scene, 1, column)];
  const frame = [rows[0], columns[0], rows.at(-1) - rows[0] + 1, columns.at(-1) - columns[0] + 1];
  if (Math.max(...scene.dilation) === 1) return [frame];
  return [frame, ...rows.flatMap((r) => columns.map((c) => [r, c, 1, 1]))];
}

// Neighbouring numbers as [first, how many]: 2 3 4 7 -> [2, 3], [7, 1].
function runs(numbers) {
  const found = [];
  for (const each of numbers) {
    const last = found.at(-1);
    if (last && last[0] + last[1] === each) last[1] += 1;
    else found.push([each, 1]);
  }
  return found;
}

// The outputs whose windows hold this pixel of the image, as rectangles.
export function reached(scene, pixel) {
  const [rows, columns] = [0, 1].map((axis) =>
    runs(range(scene.out[axis]).filter((at) => line(scene, axis, at).includes(pixel[axis]))),
  );
  return rows.flatMap(([r, high]) => columns.map(([c, wide]) => [r, c, high, wide]));
}

// The output whose window has this pixel in its middle, or the nearest one: where there is no
// picture of the outputs, pointing at the image moves the window.
export function around(scene, pixel) {
  return [0, 1].map((axis) => {
    const reach = (scene.k[axis] - 1) * scene.dilation[axis];
    const first = pixel[axis] + scene.edges[2 * axis] - Math.floor(reach / 2);
    return Math.min(Math.max(Math.round(first / scene.stride[axis]), 0), scene.out[axis] - 1);
  });
}

// Windows on their way from one place to another: `part` goes from 0 to 1.
export function between(before, after, part) {
  const mix = (rectangle, i) => rectangle.map((to, j) => to * part + before[i][j] * (1 - part));
  return after.map(mix);
}

// ---- what is computed there ----

// The pixels of a window: {row, column, inside, values}, with one value for each channel. Padding
// with zeros is outside, and 0.
export function pixelsOf(scene, image, [row, column]) {
  const [height, width, channels] = scene.image;
  return line(scene, 0, row).flatMap((r) =>
    line(scene, 1, column).map((c) => {
      const inside = r >= 0 && r < height && c >= 0 && c < width;
      const at = (r * width + c) * channels;
      const values = range(channels).map((channel) => (inside ? image[at + channel] : 0));
      return { row: r, column: c, inside, values };
    }),
  );
}

// The products of a window, for each channel a list of [pixel, weight].
export function productsOf(scene, image, weights, place, filter = 0) {
  const [channels, filters] = [scene.image[2], scene.filters];
  const pixels = pixelsOf(scene, image, place);
  return range(channels).map((channel) =>
    pixels.map(({ values }, i) => [
      values[channel],
      weights[(i * channels + channel) * filters + filter],
    ]),
  );
}

const sum = (pairs) => pairs.reduce((total, [x, w]) => total + x * w, 0);

// The pixel that a max pooling keeps: the first of the largest, as in the course's own loops.
export function winnerOf(scene, image, place) {
  const pixels = pixelsOf(scene, image, place).filter(({ inside }) => inside);
  return pixels.reduce((best, each) => (each.values[0] > best.values[0] ? each : best));
}

// ---- in words, as explorers/words.py writes them ----

export function number(value, digits = 2) {
  const text = value.toFixed(digits);
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return short === "-0" ? "0" : short.replace("-", "\u2212");
}

const product = ([x, w]) => `${number(x)} × ${w < 0 ? `(${number(w)})` : number(w)}`;

// The sum that made one output: a line for each row of the window, or for each channel.
export function sumInWords(scene, image, weights, place, filter = 0) {
  const slices = productsOf(scene, image, weights, place, filter);
  const total = slices.map(sum).reduce((a, b) => a + b, 0);
  const bias = scene.bias[filter] ?? 0;
  let end = `  = ${number(total)}`;
  if (bias) end += `;  plus the bias ${number(bias)} = ${number(total + bias)}`;
  if (scene.relu) end += `;  after ReLU ${number(Math.max(total + bias, 0))}`;
  if (scene.channels.length) {
    const parts = slices.map((pairs, i) => `${scene.channels[i]} ${number(sum(pairs))}`);
    return `Row ${place[0]}, column ${place[1]}: ${parts.join(" + ")} ${end.trim()}`;
  }
  const columns = scene.k[1];
  const rows = range(scene.k[0]).map((i) => slices[0].slice(i * columns, (i + 1) * columns));
  const lines = rows.map((row, i) => `${i ? "+" : " "} ${row.map(product).join(" + ")}`);
  const head = `Output row ${place[0]}, column ${place[1]}:\npixel times weight, added up`;
  return [head, ...lines, end].join("\n");
}

// The same where the products stand in a grid of their own: 18 − 9 + 0 = 9.
export function addedInWords(scene, image, weights, place) {
  const slices = productsOf(scene, image, weights, place)[0];
  const [first, ...others] = slices.map(([x, w]) => x * w);
  const terms = others.map((value) => `${value < 0 ? "\u2212" : "+"} ${number(Math.abs(value))}`);
  const [row, column] = place;
  const sums = [number(first), ...terms].join(" ");
  return `The window in row ${row}, column ${column}: ${sums} = ${number(sum(slices))}`;
}

export function poolInWords(scene, image, place) {
  const pixels = pixelsOf(scene, image, place).filter(({ inside }) => inside);
  const where = `Output row ${place[0]}, column ${place[1]}: `;
  const written = pixels.length > 9 ? "" : pixels.map(({ values }) => number(values[0])).join(", ");
  const of = `of the ${pixels.length} numbers ${written}`.trim();
  if (scene.keep === "max") {
    const { row, column, values } = winnerOf(scene, image, place);
    return `${where}the largest ${of} is ${number(values[0])}, in row ${row}, column ${column}.`;
  }
  const total = pixels.reduce((all, { values }) => all + values[0], 0);
  return `${where}the mean ${of} is ${number(total / pixels.length)}.`;
}

// Where a window lies, for grids that only count.
export function placeInWords(scene, place) {
  const [rows, columns] = [line(scene, 0, place[0]), line(scene, 1, place[1])];
  const inside = pixelsOf(scene, [], place).filter((pixel) => pixel.inside).length;
  const zeros = rows.length * columns.length - inside;
  const every = scene.dilation.some((apart) => apart > 1) ? ", with gaps" : "";
  return (
    `Output row ${place[0]}, column ${place[1]}: rows ${number(rows[0])} to ${number(rows.at(-1))} and ` +
    `columns ${number(columns[0])} to ${number(columns.at(-1))} of the image${every}: ` +
    `${inside} pixels${zeros ? ` and ${zeros} zeros` : ""}.`
  );
}

// The products as what a PixelGrid shows: blue below zero, white for zero, red above.
export function productsFrame(scene, image, weights, place) {
  const values = productsOf(scene, image, weights, place)[0].map(([x, w]) => x * w);
  const reach = Math.max(...values.map(Math.abs)) || 1;
  const levels = values.map((value) => Math.round((value / reach + 1) * 127) + 1);
  const numbers = values.map((value) => number(value));
  return { shape: scene.k, pixels: new DataView(Uint8Array.from(levels).buffer), numbers };
}

// A frame of which only the first `count` numbers are computed yet.
export function upTo(frame, count) {
  const { buffer, byteOffset, byteLength } = frame.pixels;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength).slice().fill(0, count);
  return { ...frame, pixels: new DataView(bytes.buffer) };
}

// ---- in the page ----

const floats = (view) => new Float32Array(view.buffer.slice(view.byteOffset), 0, view.byteLength / 4);

// Watch the grids for as long as the widget lives, whether or not its own line is shown.
function initialize({ model, signal }) {
  const found = new Map(); // grid's name -> its model
  let shown = null; // which grid is pointed at: {kind, index, grid}

  const grids = (kind) => model.get(kind).map((name) => found.get(name)).filter(Boolean);
  const data = () => [model.get("_scene"), floats(model.get("_image")), floats(model.get("_weights"))];

  // Light rectangles in all grids of a kind. `alike`: they mean the same; else the first one is it.
  function light(kind, rectangles, alike = false) {
    for (const grid of grids(kind)) grid.trigger("lit", rectangles, alike);
  }

  function lightOutput(place, index) {
    const [scene, image, weights] = data();
    const filter = scene.of_outputs[index] ?? 0;
    const window = windowOf(scene, place);
    if (scene.keep === "max") {
      const { row, column } = winnerOf(scene, image, place);
      window.unshift([row, column, 1, 1]);
    }
    light("_inputs", window);
    light("_outputs", [[...place, 1, 1]]);
    grids("_kernels").forEach((grid, i, all) => {
      const taken = all.length !== scene.filters || i === filter;
      const { shape } = grid.get("_frame");
      grid.trigger("lit", taken ? [[0, 0, shape[0], shape[1]]] : []);
    });
    if (!image.length) return placeInWords(scene, place);
    if (scene.keep) return poolInWords(scene, image, place);
    for (const grid of grids("_products")) {
      grid.trigger("instead", productsFrame(scene, image, weights, place));
    }
    if (model.get("_products").length) return addedInWords(scene, image, weights, place);
    return sumInWords(scene, image, weights, place, filter);
  }

  function lightInput(pixel) {
    const scene = model.get("_scene");
    const outputs = reached(scene, pixel);
    light("_inputs", [[...pixel, 1, 1]]);
    light("_outputs", outputs, true);
    const count = outputs.reduce((all, [, , rows, columns]) => all + rows * columns, 0);
    const many = count === 1 ? "the window of 1 output" : `the windows of ${count || "no"} outputs`;
    return `The pixel in row ${pixel[0]}, column ${pixel[1]} is in ${many}.`;
  }

  function dark() {
    for (const kind of ["_inputs", "_outputs", "_kernels"]) light(kind, null);
    for (const kind of ["_products", "_outputs"]) {
      for (const grid of grids(kind)) grid.trigger("instead", null);
    }
    return "";
  }

  const placeOf = (at) => {
    const columns = model.get("_scene").out[1];
    return [Math.floor(at / columns), at % columns];
  };

  // One moment of a walk to output number `at`: the window slides there, then what it makes is
  // carried to its place; both parts go from 0 to 1. What is still to come is not shown.
  function walk({ at, from, slid, carried }) {
    const scene = model.get("_scene");
    const text = lightOutput(placeOf(at), 0);
    if (slid < 1) {
      const [before, after] = [from, at].map((each) => windowOf(scene, placeOf(each)));
      light("_inputs", between(before, after, slid));
    } else say(text);
    if (carried < 1) light("_outputs", []);
    for (const grid of grids("_outputs")) {
      grid.trigger("instead", upTo(grid.get("_frame"), carried < 1 ? at : at + 1));
    }
  }

  // The number of the output that is outlined while nothing walks.
  function tellFirst(hear) {
    const [row, column] = grids("_outputs")[0].get("windows")[0] ?? [0, 0];
    hear(row * model.get("_scene").out[1] + column);
  }

  // Where output number `at` comes from and goes to on the screen, and its colour.
  function tellPath(at, hear) {
    const [scene, image] = data();
    const winner = scene.keep === "max" && winnerOf(scene, image, placeOf(at));
    const start = winner ? [winner.row, winner.column, 1, 1] : windowOf(scene, placeOf(at))[0];
    const [input, output] = [grids("_inputs")[0], grids("_outputs")[0]];
    const [table, { pixels }] = [output.get("_colours"), output.get("_frame")];
    const colour = [0, 1, 2].map((c) => table.getUint8(3 * pixels.getUint8(at) + c));
    input.trigger("where", start, (from) =>
      output.trigger("where", [...placeOf(at), 1, 1], (to) => hear(from, to, `rgb(${colour})`)),
    );
  }

  function say(text) {
    for (const line of [model, ...grids("_line")]) line.set("_live", text); // in the page alone
  }

  function answer() {
    const at = shown?.grid.get("pointed");
    model.set("_pointing", Boolean(at)); // in the page alone: a walk stops
    const scene = model.get("_scene");
    let text = "";
    if (!at || !scene.out) text = dark();
    else if (shown.kind === "_outputs") {
      const place = at.map((each, axis) => Math.min(each, scene.out[axis] - 1)); // it may have shrunk
      text = lightOutput(place, shown.index);
    } else if (model.get("_outputs").length) text = lightInput(at);
    else text = lightOutput(around(scene, at), 0);
    if (at) shown.grid.trigger("told", text);
    say(text);
  }

  function watch(kind, index, grid) {
    const point = () => {
      if (shown?.grid !== grid && !grid.get("pointed")) return; // another one is pointed at
      shown = { kind, index, grid };
      answer();
    };
    grid.on("change:pointed", point);
    signal?.addEventListener("abort", () => grid.off("change:pointed", point));
  }

  for (const kind of ["_inputs", "_outputs", "_kernels", "_products", "_line"]) {
    model.get(kind).forEach(async (name, index) => {
      const grid = await model.widget_manager.get_model(name.slice("IPY_MODEL_".length));
      found.set(name, grid);
      if (kind === "_inputs" || kind === "_outputs") watch(kind, index, grid);
    });
  }
  model.on("walk", walk);
  model.on("walked", () => say(dark()));
  model.on("first", tellFirst);
  model.on("path", tellPath);
  const again = () => shown && answer(); // a slider moved while somebody points
  for (const name of ["_scene", "_image", "_weights"]) model.on(`change:${name}`, again);
}

// The line below the grids: what is computed where somebody points, else what Python says. Only
// that is read out; of what is pointed at with the keys, the grid itself speaks.
function render({ model, el }) {
  el.style.cssText = "white-space: pre-wrap; line-height: 1.35; font-size: 13px; margin: 0 2px;";
  el.style.color = "var(--jp-ui-font-color1, #212121)";
  if (model.get("mono")) el.style.font = "12px/1.4 var(--jp-code-font-family, monospace)";
  el.style.minHeight = `${1.4 * model.get("lines")}em`; // so that nothing below it jumps
  const [rest, live] = [0, 1].map(() => el.appendChild(document.createElement("div")));
  rest.setAttribute("role", "status");
  live.setAttribute("aria-hidden", "true");
  live.className = "linked-live"; // what the tests look for
  const told = () => {
    live.textContent = model.get("_live") ?? "";
    rest.hidden = live.textContent !== "";
  };
  const write = () => {
    rest.textContent = model.get("text");
  };
  model.on("change:_live", told);
  model.on("change:text", write);
  write();
  told();
}

export default { initialize, render };
