// A button that asks for a picture file. Python gets its bytes as they are; but a message holds no
// more than 10 MB, and what is larger is lost without a word, so large pictures are made smaller here.

const MOST = 7e6; // bytes that are sent as they are
const LONGEST = 1600; // pixels of the longer side of what is made smaller

async function smaller(file) {
  const picture = await createImageBitmap(file); // upright, as the camera says
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((n) => Math.max(1, n * scale));
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d").drawImage(picture, 0, 0, width, height);
  return canvas.convertToBlob({ type: "image/png" });
}

function render({ model, el }) {
  const button = el.appendChild(document.createElement("button"));
  button.className = "jupyter-button widget-button";
  button.title = model.get("tooltip");
  button.append(model.get("description"));
  const icon = document.createElement("i");
  icon.className = "fa fa-upload left";
  button.prepend(icon);
  const input = document.createElement("input");
  [input.type, input.accept] = ["file", "image/*"];
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = ""; // so that the same file can be chosen again
    if (!file) return;
    // What the browser cannot read either, Python refuses by its beginning.
    const sent = file.size <= MOST ? file : await smaller(file).catch(() => file.slice(0, 1e5));
    const content = new DataView(await sent.arrayBuffer());
    model.set("file", { name: file.name, content });
    model.save_changes();
  });
}

export default { render };
