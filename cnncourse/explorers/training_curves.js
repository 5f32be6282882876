// Loss, accuracy and kernels of a network that learns. training_curves.py is its other half: it
// sends what is new, {from, points, held, rates, shape, kernels}; here it is kept and drawn.

const [PANEL, HEIGHT, WIDE] = [350, 220, 880]; // pixels: of a panel of curves, of all
const [LEFT, RIGHT, TOP, BOTTOM] = [40, 332, 24, 184]; // where a panel's axes are
const MOST = 300; // points of a curve: more of them cannot be told apart
const RECENT = 25; // batches of which the mean is drawn
const [OWN, HELD, FAINT] = ["#2b83c6", "#d9730d", "#8a8a8a"]; // seen on white and on black
const [CELL, ROWS] = [7, 8]; // pixels of a weight; kernels below each other
const STYLE = `
.training-curves canvas { display: block; max-width: 100%; }`;

// ---- numbers: pure functions ----

// Round numbers of steps from 0 on, at most six of them.
export function stepTicks(steps) {
  for (let power = 1; ; power *= 10) {
    for (const digit of [1, 2, 5]) {
      const gap = digit * power;
      if (steps <= 5 * gap) {
        return Array.from({ length: Math.floor(steps / gap) + 1 }, (_, i) => i * gap);
      }
    }
  }
}

// 1, 2 and 5 times powers of ten, or powers alone where those would be crowded.
export function lossTicks(low, high) {
  const digits = high < 500 * low ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high) + 1; power++) {
    for (const digit of digits) ticks.push(Number(`${digit}e${power}`));
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

// Steps, counted from 1, at most MOST of them, evenly chosen, the last among them.
export function thinned(count) {
  const shown = Math.min(count, MOST);
  const gap = shown > 1 ? (count - 1) / (shown - 1) : 0;
  return Array.from({ length: shown }, (_, i) => Math.round(1 + i * gap));
}

// The mean of the last RECENT values up to this step, of fewer at the start.
export function recent(values, step) {
  const last = values.slice(Math.max(0, step - RECENT), step);
  return last.reduce((sum, value) => sum + value, 0) / last.length;
}

// The lowest and the highest loss of the axis.
export function span(losses, guess) {
  let [low, high] = [guess, guess];
  for (const loss of losses) {
    if (!Number.isFinite(loss)) continue;
    low = Math.min(low, loss);
    high = Math.max(high, loss);
  }
  return [Math.min(Math.max(low, 1e-4) / 1.3, 0.2), high * 1.3];
}

const floats = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)); // prettier-ignore

// Add what is new to what is known; false where something between them is missing.
export function take(known, { from, points, held, rates, shape, kernels }) {
  if (from > known.losses.length || held.from > known.held.length) return false;
  known.losses.length = known.rights.length = from;
  known.held.length = held.from;
  floats(points).forEach((value, i) => (i % 2 ? known.rights : known.losses).push(value));
  known.held.push(...held.points);
  Object.assign(known, { rates, shape, kernels: kernels.map(floats) });
  return true;
}

// ---- the widget ----

export default () => {
  const known = { losses: [], rights: [], held: [], rates: [], shape: [], kernels: [] };

  function initialize({ model }) {
    const listen = () => {
      const fresh = model.get("_new");
      const complete = !fresh.points || take(known, fresh);
      // A page that was opened in between.
      if (!complete) model.send({ from: known.losses.length, held: known.held.length });
    };
    model.on("change:_new", listen);
    listen();
  }

  function render({ model, el }) {
    const style = document.getElementById("training-curves") ?? document.createElement("style");
    style.id = "training-curves";
    style.textContent = STYLE;
    document.head.append(style);
    el.classList.add("training-curves");
    const canvas = el.appendChild(document.createElement("canvas"));
    const pen = canvas.getContext("2d");
    const small = document.createElement("canvas"); // kernels in their own size
    const rgb = model.get("_colours");
    const table = Uint32Array.from(
      { length: 256 },
      (_, i) => 0xff000000 | [2, 1, 0].reduce((sum, c) => (sum << 8) | rgb.getUint8(3 * i + c), 0),
    );
    canvas.setAttribute("role", "img");
    let due = null;

    function line(points, colour, width = 2, dashes = []) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.setLineDash(dashes);
      pen.beginPath();
      for (const [x, y] of points) pen.lineTo(x, y);
      pen.stroke();
      pen.setLineDash([]);
    }

    function write(text, x, y, align = "left") {
      pen.fillStyle = el.dataset.ink;
      pen.textAlign = align;
      pen.fillText(text, x, y);
    }

    function dots(points, colour, size, alpha = 1) {
      pen.fillStyle = colour;
      pen.globalAlpha = alpha;
      pen.beginPath();
      for (const [x, y] of points) {
        pen.moveTo(x + size, y);
        pen.arc(x, y, size, 0, 7);
      }
      pen.fill();
      pen.globalAlpha = 1;
    }

    // A line across a panel at a value, and the value.
    function level(y, text) {
      pen.globalAlpha = 0.4;
      line([[LEFT, y], [RIGHT, y]], FAINT, 1); // prettier-ignore
      pen.globalAlpha = 1;
      write(text, LEFT - 5, y + 4, "right");
    }

    function key(x, text, colour, dashes) {
      line([[x, 10], [x + 16, 10]], colour, 2, dashes); // prettier-ignore
      write(text, x + 21, 14);
    }

    // What both panels have: steps below, and where the rate was changed.
    function frame(steps, x) {
      for (const tick of stepTicks(steps)) {
        write(tick.toLocaleString("en"), x(tick), BOTTOM + 15, "center");
      }
      write("step", (LEFT + RIGHT) / 2, BOTTOM + 30, "center");
      for (const [step] of known.rates) line([[x(step), TOP], [x(step), BOTTOM]], FAINT, 1, [4, 3]); // prettier-ignore
    }

    function paintLoss(steps, x, shown) {
      const [low, high] = span(known.losses, model.get("guess"));
      const part = (loss) => (Math.log(loss) - Math.log(low)) / (Math.log(high) - Math.log(low));
      const y = (loss) => (loss > low && loss < Infinity ? BOTTOM - part(loss) * (BOTTOM - TOP) : BOTTOM);
      const guess = y(model.get("guess"));
      for (const tick of lossTicks(low, high)) level(y(tick), String(tick));
      line([[LEFT, guess], [RIGHT, guess]], FAINT, 1.5, [1.5, 3]); // prettier-ignore
      dots(shown.map((step) => [x(step), y(known.losses[step - 1])]), OWN, 1.75, 0.55); // prettier-ignore
      line(shown.map((step) => [x(step), y(recent(known.losses, step))]), OWN); // prettier-ignore
      frame(steps, x);
      for (const [step, rate] of known.rates) {
        pen.save();
        pen.translate(x(step) - 3, TOP);
        pen.rotate(-Math.PI / 2);
        write(`rate ${rate}`, 0, 0, "right");
        pen.restore();
      }
      key(LEFT, "loss: mean of the last 25 batches", OWN);
      key(LEFT + 220, "guessing", FAINT, [1.5, 3]);
    }

    function paintAccuracy(steps, x, shown) {
      const y = (right) => BOTTOM - right * (BOTTOM - TOP);
      for (let tick = 0; tick <= 5; tick++) level(y(tick / 5), String(tick / 5));
      line(shown.map((step) => [x(step), y(recent(known.rights, step))]), OWN); // prettier-ignore
      const held = known.held.map(([step, right]) => [x(step), y(right)]);
      line(held, HELD);
      dots(held, HELD, 2.5);
      frame(steps, x);
      key(LEFT, "accuracy: last 25 batches", OWN);
      key(LEFT + 180, "held-out images", HELD);
    }

    // All kernels on one scale, so that a change is seen as one.
    function paintKernels() {
      const [count, high, wide] = known.shape;
      const reach = known.kernels.reduce(
        (most, weights) => weights.reduce((top, w) => Math.max(top, Math.abs(w) || 0), most),
        1e-9,
      );
      const columns = Math.ceil(count / ROWS);
      const [right, down] = [wide * CELL + 3, high * CELL + 3]; // from one kernel to the next
      pen.imageSmoothingEnabled = false;
      known.kernels.forEach((weights, place) => {
        const left = place * (columns * right + 30);
        write(place ? "kernels now" : "at the start", left, 14);
        const picture = new ImageData(wide, high * count);
        const pixels = new Uint32Array(picture.data.buffer);
        weights.forEach((weight, i) => {
          const part = Math.max(-1, Math.min(1, (weight || 0) / reach));
          pixels[i] = table[128 + Math.round(127 * part)];
        });
        [small.width, small.height] = [wide, high * count];
        small.getContext("2d").putImageData(picture, 0, 0);
        for (let k = 0; k < count; k++) {
          const [x, y] = [left + (k % columns) * right, TOP + Math.floor(k / columns) * down];
          pen.drawImage(small, 0, k * high, wide, high, x, y, wide * CELL, high * CELL);
        }
      });
    }

    function paint() {
      const room = Math.min(el.clientWidth || WIDE, 1.1 * WIDE);
      const scale = (room / WIDE) * (window.devicePixelRatio || 1);
      const [width, height] = [Math.round(WIDE * scale), Math.round(HEIGHT * scale)];
      if (canvas.width !== width) [canvas.width, canvas.height] = [width, height];
      canvas.style.width = `${room}px`;
      pen.setTransform(scale, 0, 0, scale, 0, 0);
      pen.clearRect(0, 0, WIDE, HEIGHT);
      const { color, fontFamily } = getComputedStyle(el);
      el.dataset.ink = color;
      pen.font = `11px ${fontFamily}`;
      const steps = Math.max(known.losses.length, 10);
      const x = (step) => LEFT + (step / steps) * (RIGHT - LEFT);
      const shown = thinned(known.losses.length);
      paintLoss(steps, x, shown);
      pen.translate(PANEL, 0);
      paintAccuracy(steps, x, shown);
      pen.translate(PANEL + 8, 0);
      if (known.shape.length) paintKernels();
      canvas.setAttribute("aria-label", model.get("label"));
      canvas.dataset.frame = Number(canvas.dataset.frame ?? 0) + 1; // what the tests wait for
      canvas.dataset.steps = known.losses.length;
    }

    const paintSoon = () => {
      due ??= requestAnimationFrame(() => {
        due = null;
        paint();
      });
    };
    model.on("change", paintSoon);
    const sizes = new ResizeObserver(paintSoon);
    sizes.observe(el);
    const theme = new MutationObserver(paintSoon); // words have the colour of the page's words
    theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
    paint();

    return () => {
      sizes.disconnect();
      theme.disconnect();
      cancelAnimationFrame(due);
      model.off("change", paintSoon);
    };
  }

  return { initialize, render };
};
