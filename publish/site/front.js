// The lab of the front page: a kernel that a slider turns, over a photograph. `render` is the canvas
// of the course's labs, cnncourse/pixels.js; DATA comes from publish/website.py.

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const byId = (id) => document.getElementById(id);
const minus = (text) => text.replace("-", "\u2212");

// What pixels.js asks of a widget's model, without a kernel behind it.
function modelOf(state) {
  const listeners = {};
  const tell = (name) => (listeners[name] ?? []).forEach((hear) => hear());
  return {
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
      tell(`change:${name}`);
      tell("change");
    },
    save_changes() {},
    on: (name, hear) => (listeners[name] ??= []).push(hear),
    off: (name, hear) => (listeners[name] = (listeners[name] ?? []).filter((each) => each !== hear)),
  };
}

// Slide a kernel over an image and add up the products; nothing is flipped, nothing padded.
// image: {rows, columns, values}   kernel: {rows, columns, values}
function correlate2d(image, kernel) {
  const rows = image.rows - kernel.rows + 1;
  const columns = image.columns - kernel.columns + 1;
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let i = 0; i < kernel.rows; i++) {
        for (let j = 0; j < kernel.columns; j++) {
          const pixel = image.values[(row + i) * image.columns + column + j];
          sum += pixel * kernel.values[i * kernel.columns + j];
        }
      }
      values[row * columns + column] = sum;
    }
  }
  return { rows, columns, values };
}

// One byte for each value: from 1 at the low limit to 255 at the high one, as in pixels.py.
function frameOf({ rows, columns, values }, [low, high], numbers = []) {
  const level = (value) => 1 + Math.round(254 * Math.min(Math.max((value - low) / (high - low), 0), 1));
  const ends = [low, high].map((end) => minus(String(Math.round(100 * end) / 100)));
  return { shape: [rows, columns], pixels: view(Uint8Array.from(values, level)), numbers, ends };
}

const PALETTES = {
  grey: view(bytesOf(DATA.colours.grey)),
  diverging: view(bytesOf(DATA.colours.diverging)),
};

function gridOf(name, state) {
  const blank = {
    title: "", label: "", scale: false, windows: [], foremost: 1, marks: [], margin: [0, 0, 0, 0],
    selectable: false, selected: null, pointable: false, pointed: null, drawable: false,
    editable: false, step: 0.1, reach: [-8, 8], brush: 1, ink: [1, 1, 1], _values: [],
    _colours: PALETTES.grey, _paper: view(new Uint8Array()),
  };
  const model = modelOf({ ...blank, ...state });
  render({ model, el: document.querySelector(`[data-grid="${name}"]`) });
  return model;
}

const image = {
  rows: DATA.side,
  columns: DATA.side,
  values: Float32Array.from(bytesOf(DATA.photograph), (byte) => byte / 255),
};
const kernel = { rows: 3, columns: 3, values: new Array(9).fill(0) };
let result = correlate2d(image, kernel);
let about = ""; // what the line says of the kernel

const photograph = gridOf("photograph", {
  title: "a photograph",
  label: "a photograph of a man behind a camera, in grey",
  size: 256,
  _frame: frameOf(image, [0, 1]),
});
const weights = gridOf("kernel", {
  title: "the kernel",
  label: "the kernel, nine numbers that you can change",
  size: 132,
  editable: true,
  _colours: PALETTES.diverging,
  _frame: frameOf(kernel, [-1, 1]),
  _values: kernel.values,
});
const answer = gridOf("result", {
  title: "what the kernel finds",
  label: "what the kernel makes of the photograph",
  size: 256,
  scale: true,
  selectable: true,
  _colours: PALETTES.diverging,
  _frame: frameOf(result, [-1, 1]),
});

// A mean of brightnesses is a picture itself, in grey; otherwise blue is below zero and red above.
function show(values, words) {
  kernel.values = values;
  result = correlate2d(image, kernel);
  const below = values.reduce((sum, each) => sum + Math.min(each, 0), 0);
  const above = values.reduce((sum, each) => sum + Math.max(each, 0), 0);
  const isPicture = Math.abs(above + below - 1) < 0.01;
  const reach = Math.max(above, -below) || 1;
  const strongest = Math.max(...values.map(Math.abs)) || 1;
  const numbers = values.map((each) => minus(String(Math.round(100 * each) / 100)));
  weights.set("_values", values);
  weights.set("_frame", frameOf(kernel, [-strongest, strongest], numbers));
  answer.set("_colours", isPicture ? PALETTES.grey : PALETTES.diverging);
  answer.set("_frame", frameOf(result, isPicture ? [0, 1] : [-reach, reach]));
  about = words;
  explain();
}

const COMPASS = ["right", "upper right", "top", "upper left", "left", "lower left", "bottom", "lower right"];

function turn() {
  const slider = byId("front-slider");
  const angle = Number(slider.value);
  const radians = (angle * Math.PI) / 180;
  const { sobel_x: right, sobel_y: down } = DATA.kernels;
  // Rounded to what is shown, so that the numbers that one sees are those that are used.
  const mixed = right.map((x, i) => x * Math.cos(radians) - down[i] * Math.sin(radians));
  const where = COMPASS[Math.round(angle / 45) % 8];
  slider.setAttribute("aria-valuetext", `${angle} degrees, towards the ${where}`);
  byId("front-angle").firstChild.textContent = `${angle}° `;
  byId("front-angle").lastElementChild.style.rotate = `${-angle}deg`;
  show(
    mixed.map((each) => Math.round(10 * each) / 10 + 0),
    `Red: here the photograph gets brighter towards the ${where}. Blue: darker. White: no change.`
  );
}

const NAMED = {
  gaussian_blur: "The kernel is a mean of nine pixels, near ones count more: small details melt.",
  sharpen: "Five times the pixel minus its four neighbours: what differs, differs more.",
  outline: "Eight times the pixel minus its eight neighbours: red and blue where something ends.",
};

// The line below: about the kernel, and about the pixel that somebody chose in the result.
function explain() {
  const [row, column] = answer.get("selected") ?? [];
  let sum = "";
  if (row !== undefined) {
    photograph.set("windows", [[row, column, 3, 3]]);
    const value = minus(result.values[row * result.columns + column].toFixed(2));
    sum = ` In the frame, nine pixels times the nine numbers, added up: ${value}.`;
  }
  byId("front-sentence").textContent = about + sum;
}

byId("front-slider").addEventListener("input", turn);
for (const button of document.querySelectorAll("[data-kernel]")) {
  const name = button.dataset.kernel;
  button.addEventListener("click", () => show(DATA.kernels[name], NAMED[name]));
}
weights.on("change:_values", () => {
  const values = weights.get("_values");
  if (values === kernel.values) return;
  show(values, "A kernel of your own. Where the numbers add up to 1, the result is a picture in grey.");
});
answer.on("change:selected", explain);
byId("front-lab").correlate2d = correlate2d; // for the tests
turn();
