// Load the page anew while nobody has paused it; say so if nobody writes it any more.
const seconds = Number(document.body.dataset.seconds);
const written = new Date(document.body.dataset.written);
const button = document.querySelector("button");
const old = document.getElementById("old");

// A page that is opened from a disk may be refused storage; then a pause lasts until the next load.
const stored = (value) => {
  try {
    if (value === undefined) return localStorage.getItem("paused") === "yes";
    localStorage.setItem("paused", value ? "yes" : "no");
  } catch {}
};

let paused = Boolean(stored());
const show = () => {
  button.textContent = paused ? "Go on renewing" : "Stop renewing";
};
button.addEventListener("click", () => {
  paused = !paused;
  stored(paused);
  show();
});
button.hidden = !seconds;
show();

const look = () => {
  const late = (Date.now() - written) / 1000;
  const tooLate = seconds && !paused && late > 5 * seconds + 30;
  const minutes = Math.max(1, Math.floor(late / 60));
  old.textContent = tooLate
    ? `Nobody has written this page for ${minutes} min: is the command still running?`
    : "";
};
look();
setInterval(look, 1000);
if (seconds) setInterval(() => paused || location.reload(), seconds * 1000);
