"use strict";
// What is shown of a GAN: its digits, its scores and what is near, and one digit across all z.

const CELLS = 33; // values of z that one digit is drawn at

const signed = (z) => (z < 0 ? "−" : "+") + Math.abs(z).toFixed(2);
const rounded = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ","); // Intl takes long to get ready
const many = (count, word) => `${grouped(count)} ${word}${count === 1 ? "" : "s"}`;

function zooOf(gan) {
  return facts.zoos[gan.kind === "row" ? gan.zoo : facts.gangans[gan.gangan].zoo];
}

function title(gan) {
  if (gan.kind === "row") {
    const zoo = zooOf(gan);
    return `run ${zoo.run[gan.row]}, trained ${many(zoo.epoch[gan.row], "epoch")}`;
  }
  const { arm, seed } = facts.gangans[gan.gangan];
  return `${arm}, seed ${seed}, at z = ${signed(gan.z)}`;
}

// Of the rows of its run that the page holds, the one of the nearest epoch.
function drawnRow(zoo, row) {
  if (row in zoo.held) return row;
  const far = (other) => Math.abs(zoo.epoch[other] - zoo.epoch[row]);
  const same = Object.keys(zoo.held).map(Number).filter((other) => zoo.run[other] === zoo.run[row]);
  return same.reduce((best, other) => (best === null || far(other) < far(best) ? other : best), null);
}

// Whether all that is needed to draw a GAN is there.
function isHere(gan) {
  if (gan.kind === "curve") return curveEnd(gan.gangan, gan.z) <= inflated;
  const row = drawnRow(zooOf(gan), gan.row);
  return row === null || rowEnd(zooOf(gan), row) <= inflated;
}

function generatorOf(gan) {
  if (!isHere(gan)) return null;
  if (gan.kind === "curve") return generatorAt(gan.gangan, gan.z);
  const row = drawnRow(zooOf(gan), gan.row);
  return row === null ? null : rowOf(`${gan.zoo}/${row}`);
}

// Put digits (count × 784) into a canvas from a cell on.
function put(canvas, pixels, columns, cell = 0) {
  const draw = canvas.getContext("2d"), image = draw.createImageData(SIDE, SIDE), { data } = image;
  for (let from = 0; from < pixels.length; from += SIDE ** 2, cell++) {
    for (let i = 0; i < SIDE ** 2; i++) {
      data[4 * i] = data[4 * i + 1] = data[4 * i + 2] = pixels[from + i];
      data[4 * i + 3] = 255;
    }
    draw.putImageData(image, (cell % columns) * SIDE, Math.floor(cell / columns) * SIDE);
  }
}

// Empty a canvas, with room for so many digits.
function grid(canvas, count, columns) {
  const width = Math.min(count, columns) * SIDE, height = Math.ceil(count / columns) * SIDE;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  else canvas.getContext("2d").clearRect(0, 0, width, height);
}

// Put an outline around one cell of a canvas.
function mark(canvas, cell, columns) {
  const line = canvas.parentElement.querySelector(".mark");
  const percent = (cells, pixels) => `${(100 * cells * SIDE) / pixels}%`;
  line.hidden = cell === null;
  if (cell === null) return;
  line.style.left = percent(cell % columns, canvas.width);
  line.style.top = percent(Math.floor(cell / columns), canvas.height);
  line.style.width = percent(1, canvas.width);
  line.style.height = percent(1, canvas.height);
}

// Which cell of a canvas a pointer is in.
function cellAt(canvas, event, columns) {
  const box = canvas.getBoundingClientRect();
  const along = (at, length, pixels) => Math.max(0, Math.min(pixels / SIDE - 1, Math.floor((at / length) * (pixels / SIDE))));
  const column = along(event.clientX - box.left, box.width, canvas.width);
  return along(event.clientY - box.top, box.height, canvas.height) * columns + column;
}

// The scores along z that are nearest to a GAN's.
function scoredAt({ gangan, z }) {
  const { scored } = facts.gangans[gangan];
  let best = 0;
  scored.z.forEach((other, i) => { if (Math.abs(other - z) < Math.abs(scored.z[best] - z)) best = i; });
  return Object.fromEntries(Object.entries(scored).map(([name, values]) => [name, values[best]]));
}

function quality(distance, zoo) {
  if (distance === null) return "not measured";
  const worse = zoo.distance.filter((other) => other !== null && other > distance).length;
  return `Fréchet distance ${rounded(distance)}, better than ${Math.round((100 * worse) / zoo.distance.length)} % of the rows`;
}

const precision = (error) => `no pixel is off by more than ${error.toFixed(2)} of 255 grey levels`;

// Digits in a line of a panel.
const panelColumns = () => (by("digits-a").parentElement.clientWidth < 260 ? 5 : 8);

// Name and text of each fact about a GAN; a third entry is a row to compare with.
function described(gan) {
  const zoo = zooOf(gan);
  if (gan.kind === "row") {
    const row = drawnRow(zoo, gan.row);
    const found = [["Quality", quality(zoo.distance[gan.row], zoo)]];
    if (row === null) return [...found, ["Digits", "none: the page holds no weights of this run"]];
    if (row !== gan.row) {
      found.push(["Digits", `of the same run after ${many(zoo.epoch[row], "epoch")}, the nearest whose weights the page holds`]);
    }
    return [...found, ["Precision", precision(zoo.error)]];
  }
  const { rows, training, error } = facts.gangans[gan.gangan];
  const near = scoredAt(gan);
  const found = [["Quality", quality(near.distance, zoo)]];
  if (near.run !== null) {
    const row = zoo.run.findIndex((run, i) => run === near.run && zoo.epoch[i] === near.epoch);
    found.push(["Nearest row", `run ${near.run} after ${many(near.epoch, "epoch")}, ${rounded(near.apart)} away`, row]);
  }
  found.push(["Measured", `at z = ${signed(near.z)}, the nearest z that was`]);
  const runs = rows.runs === null ? "all runs" : rows.runs.length === 1 ? `run ${rows.runs[0]}` : `${rows.runs.length} runs`;
  const late = rows.from_epoch ? `, from epoch ${rows.from_epoch + 1} on` : "";
  found.push(["Learned", `the rows of ${runs}${late}, for ${many(training.epochs, "epoch")}`]);
  found.push(["Precision", `${rankOf(gan.gangan)} of ${many(training.generator.hidden, "direction")}; ${precision(error)}`]);
  return found;
}

// Fill a panel, with so many digits in a line. `compare` is called with a row to show beside it.
function fill(name, gan, columns, compare) {
  const panel = document.getElementById(`panel-${name}`), canvas = panel.querySelector("canvas");
  panel.querySelector("h2").textContent = `${name.toUpperCase()}: ${title(gan)}`;
  grid(canvas, facts.digits, columns);
  const generator = generatorOf(gan);
  if (generator) put(canvas, digitsOf(zooOf(gan), generator, 0, facts.digits), columns);
  canvas.setAttribute("aria-label", `${many(facts.digits, "digit")} drawn by the GAN ${title(gan)}`);
  panel.querySelector("dl").replaceChildren(...described(gan).flatMap(([term, text, row]) => {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    [dt.textContent, dd.textContent] = [term, text];
    if (row !== undefined && row >= 0) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `show in ${name === "a" ? "B" : "A"}`;
      button.addEventListener("click", () => compare({ kind: "row", zoo: zooOf(gan).name, row }));
      dd.append(" ", button);
    }
    return [dt, dd];
  }));
}

// Draw one digit of a GAN-GAN across z, a few at a time, so that the page answers meanwhile.
let acrossDrawing = 0; // which of the drawings is not overtaken by another
function fillAcross(gangan, digit, columns) {
  const canvas = document.getElementById("across"), drawing = ++acrossDrawing;
  const { arm, seed, zoo } = facts.gangans[gangan];
  document.getElementById("across-title").textContent = `One noise vector across all z: ${arm}, seed ${seed}`;
  canvas.setAttribute("aria-label",
    `The digit of noise vector ${digit + 1} by the GANs of ${arm}, seed ${seed}, from z = ${signed(zOf(0))} to ${signed(zOf(CELLS - 1))}`);
  grid(canvas, CELLS, columns);
  canvas.ariaBusy = "true";
  if (curveEnd(gangan) > inflated) return;
  let cell = 0;
  const some = () => {
    const until = performance.now() + 12;
    while (drawing === acrossDrawing && cell < CELLS) {
      put(canvas, digitsOf(facts.zoos[zoo], generatorAt(gangan, zOf(cell)), digit, 1), columns, cell);
      cell++;
      if (performance.now() > until) break;
    }
    if (drawing !== acrossDrawing) return;
    if (cell < CELLS) requestAnimationFrame(some);
    else canvas.ariaBusy = "false";
  };
  requestAnimationFrame(some);
}

// The z of a cell, and the cell of a z.
const zOf = (cell) => facts.extent * ((2 * cell) / (CELLS - 1) - 1);
const cellOf = (z) => Math.round(((z / facts.extent + 1) / 2) * (CELLS - 1));
