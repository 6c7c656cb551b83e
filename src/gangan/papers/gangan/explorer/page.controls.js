"use strict";
// What is chosen, and everything that chooses: pointer, keys, menus, sliders.

const by = (id) => document.getElementById(id);
const shown = { a: null, b: null }; // the GAN that each panel keeps
let passing = null; // what the pointer is over, shown in the active panel meanwhile
let active = "a";
let gangan = 0; // of whom the menus, the slider of z and the digit across z are
let run = null; // of whom the slider of epochs is
let digit = 0;
let playing = null;
const frames = []; // milliseconds that each redrawing took
let map;
let waiting = false;
let lacking = []; // GANs that are to be drawn once their weights are there
let drawn = {}; // what is on the page already, by part

const zooName = () => facts.gangans[gangan].zoo;
const zoo = () => facts.zoos[zooName()];
const acrossColumns = () => (by("across").parentElement.clientWidth > 700 ? CELLS : 11);
const rowsOf = (number) => zoo().run.flatMap((other, row) => (other === number ? [row] : []));

// Show a GAN in a panel: to stay, or while the pointer passes.
function show(gan, panel = active, staying = true) {
  if (staying) {
    shown[panel] = gan;
    passing = null;
    if (gan.kind === "curve") gangan = gan.gangan;
    else run = zooOf(gan).run[gan.row];
    by("said").textContent = `${panel.toUpperCase()}: ${title(gan)}. ${described(gan)[0][1]}`;
  } else passing = gan;
  redraw();
}

function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    const start = performance.now();
    render();
    frames.push(performance.now() - start);
    if (frames.length > 500) frames.shift();
  });
}

// Do something if what it depends on is not what it was.
function when(part, key, act) {
  const text = JSON.stringify(key);
  if (drawn[part] === text) return;
  drawn[part] = text;
  act();
}

function render() {
  const now = { ...shown, ...(passing && { [active]: passing }) };
  const [columns, columnsAcross] = [panelColumns(), acrossColumns()]; // while the layout is clean: reading them is slow later
  when("map", [zooName(), gangan, by("colour").value, by("view").value, dark.matches, by("map").clientWidth, devicePixelRatio], () => {
    map.prepare(zooName(), gangan, by("colour").value, by("view").value);
    explainMap();
  });
  map.draw(now, active);
  for (const name of ["a", "b"]) {
    when(name, [now[name], columns, isHere(now[name])], () => fill(name, now[name], columns, (gan) => show(gan, name === "a" ? "b" : "a")));
    by(`panel-${name}`).classList.toggle("active", name === active);
    mark(by(`digits-${name}`), digit, columns);
  }
  renderControls(now[active]);
  const along = { kind: "curve", gangan, z: facts.extent };
  when("across", [gangan, digit, columnsAcross, isHere(along)], () => fillAcross(gangan, digit, columnsAcross));
  mark(by("across"), now[active].kind === "curve" && now[active].gangan === gangan ? cellOf(now[active].z) : null, columnsAcross);
  lacking = [now.a, now.b, along].filter((gan) => !isHere(gan));
  if (isHere(now.a) && isHere(now.b)) when("picture", null, () => setTimeout(() => performance.mark("first picture")));
}

function renderControls(gan) {
  const one = facts.gangans[gangan];
  when("arms", gangan, () => {
    options(by("arm"), [...new Set(facts.gangans.map((other) => other.arm))], one.arm);
    options(by("seed"), facts.gangans.filter((other) => other.arm === one.arm).map((other) => other.seed), one.seed);
  });
  when("runs", [zooName(), run], () => {
    if (!zoo().run.includes(run)) run = zoo().run[0];
    options(by("run"), [...new Set(zoo().run)], run);
    const epochs = rowsOf(run).filter((row) => row in zoo().held).map((row) => zoo().epoch[row]);
    by("held").replaceChildren(...epochs.map((epoch) => new Option(epoch, epoch)));
    by("epoch").max = Math.max(...rowsOf(run).map((row) => zoo().epoch[row]));
    by("play").disabled = epochs.length < 2;
  });
  if (gan.kind === "curve") by("z").value = gan.z;
  else if (gan.zoo === zooName()) by("epoch").value = zoo().epoch[gan.row];
  by("z-value").textContent = signed(Number(by("z").value));
  by("z").setAttribute("aria-valuetext", signed(Number(by("z").value)));
  by("epoch-value").textContent = by("epoch").value;
  document.querySelector(`input[name=active][value=${active}]`).checked = true;
  when("settings", [zooName(), gangan], () => {
    const { rows, draws, training } = one;
    by("settings").textContent = JSON.stringify({ "GAN-GAN": { arm: one.arm, seed: one.seed, rows, draws, training }, [`GANs of zoo ${zooName()}`]: zoo().settings }, null, 1);
  });
}

function options(menu, values, chosen) {
  menu.replaceChildren(...values.map((value) => new Option(value, value, false, value === chosen)));
}

function explainMap() {
  const { least, most } = colouring(zoo(), by("colour").value), scale = by("scale"), draw = scale.getContext("2d");
  const distances = by("colour").value === "distance";
  for (let x = 0; x < scale.width; x++) {
    draw.fillStyle = colourAt(x / (scale.width - 1));
    draw.fillRect(x, 0, 1, 1);
  }
  by("least").textContent = distances ? `best ${rounded(least)}` : least;
  by("most").textContent = distances ? `worst ${rounded(most)}` : most;
  const [first, second] = zoo().shares.map((share) => `${Math.round(100 * share)} %`);
  by("map-note").textContent = `Across: the first principal component of the weights, ${first} of their variance; upwards: the second, ${second}. ` +
    `The page holds the weights of the dots with an outline; the other dots show scores, and the digits of the nearest epoch that it holds. ` +
    `Quality is the Fréchet distance between the digits drawn and MNIST's test digits as a small classifier sees them: lower is better.`;
}

// Arrow keys on the map: along a curve or a run, and from one to the next.
function step(along, across) {
  const gan = shown[active];
  if (gan.kind === "curve") {
    const alike = facts.gangans.map((_, index) => index).filter((index) => facts.gangans[index].zoo === zooName());
    const next = alike[(alike.indexOf(gan.gangan) + across + alike.length) % alike.length];
    const z = Math.max(-facts.extent, Math.min(facts.extent, gan.z + (along * facts.extent) / 40));
    return show({ kind: "curve", gangan: next, z });
  }
  const runs = [...new Set(zooOf(gan).run)], at = runs.indexOf(zooOf(gan).run[gan.row]);
  return showEpoch(runs[(at + across + runs.length) % runs.length], zooOf(gan).epoch[gan.row] + along);
}

// Show a run at an epoch, or at its first or last.
function showEpoch(number, epoch) {
  const rows = rowsOf(number);
  const near = (row) => Math.abs(zoo().epoch[row] - epoch);
  show({ kind: "row", zoo: zooName(), row: rows.reduce((best, row) => (near(row) < near(best) ? row : best)) });
}

function play() {
  if (playing) return stop();
  const rows = rowsOf(run).filter((row) => row in zoo().held);
  let next = 0;
  by("play").textContent = "Stop";
  by("play").setAttribute("aria-pressed", "true");
  const go = () => {
    show({ kind: "row", zoo: zooName(), row: rows[next++] });
    if (next === rows.length) stop();
  };
  playing = setInterval(go, 350);
  go();
}

function stop() {
  clearInterval(playing);
  playing = null;
  by("play").textContent = "Play training";
  by("play").setAttribute("aria-pressed", "false");
}

function choose(index) {
  show({ kind: "curve", gangan: index, z: Number(by("z").value) });
}

function listen() {
  by("arm").addEventListener("change", () => choose(facts.gangans.findIndex((one) => one.arm === by("arm").value)));
  by("seed").addEventListener("change", () =>
    choose(facts.gangans.findIndex((one) => one.arm === by("arm").value && String(one.seed) === by("seed").value)));
  by("z").addEventListener("input", () => choose(gangan));
  by("run").addEventListener("change", () => { stop(); showEpoch(Number(by("run").value), Number(by("epoch").value)); });
  by("epoch").addEventListener("input", () => { stop(); showEpoch(run, Number(by("epoch").value)); });
  by("play").addEventListener("click", play);
  for (const id of ["colour", "view"]) by(id).addEventListener("change", redraw);
  by("digit").addEventListener("input", () => chooseDigit(Number(by("digit").value) - 1));
  for (const input of document.querySelectorAll("input[name=active]")) {
    input.addEventListener("change", () => { active = input.value; redraw(); });
  }
  for (const name of ["a", "b"]) {
    by(`panel-${name}`).addEventListener("pointerdown", () => { active = name; redraw(); });
    by(`digits-${name}`).addEventListener("click", (event) => chooseDigit(cellAt(event.target, event, panelColumns())));
  }
  by("across").addEventListener("click", (event) => {
    const cell = cellAt(event.target, event, acrossColumns());
    if (cell < CELLS) show({ kind: "curve", gangan, z: zOf(cell) });
  });
  listenToMap(by("map"));
  dark.addEventListener("change", redraw);
  addEventListener("resize", redraw);
}

function chooseDigit(number) {
  if (!(number >= 0 && number < facts.digits)) return;
  digit = number;
  by("digit").value = digit + 1;
  redraw();
}

function listenToMap(canvas) {
  let dragging = null; // the GAN-GAN whose curve is held
  const pointed = (event) => map.at(event.offsetX, event.offsetY, dragging);
  canvas.addEventListener("pointerdown", (event) => {
    const gan = pointed(event);
    if (!gan) return;
    stop();
    if (gan.kind === "curve") {
      dragging = gan.gangan;
      canvas.setPointerCapture(event.pointerId);
    }
    show(gan);
  });
  canvas.addEventListener("pointermove", (event) => {
    const gan = pointed(event);
    if (gan && (dragging !== null || event.buttons)) show(gan);
    else if (event.pointerType === "mouse" && !playing) show(gan, active, false);
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { dragging = null; });
  canvas.addEventListener("pointerleave", () => show(null, active, false));
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    stop();
    step(...move);
  });
}

function begin() {
  map = new WeightMap(by("map"));
  [by("z").min, by("z").max] = [-facts.extent, facts.extent];
  by("z").value = 0;
  by("digit").max = facts.digits;
  const held = Object.keys(zoo().held).map(Number);
  run = zoo().run[held[0]];
  Object.assign(shown, { a: { kind: "curve", gangan, z: 0 }, b: { kind: "row", zoo: zooName(), row: rowsOf(run).findLast((row) => row in zoo().held) } });
  by("epoch").max = zoo().epoch[shown.b.row];
  by("epoch").value = zoo().epoch[shown.b.row];
  const rows = Object.values(facts.zoos).reduce((sum, one) => sum + Object.keys(one.held).length, 0);
  const all = Object.values(facts.zoos).reduce((sum, one) => sum + one.run.length, 0);
  by("held-note").textContent = `This page holds the generators of ${rows} of ${many(all, "row")}, and ${facts.gangans.length} of ${many(facts.count, "GAN-GAN")} with a latent of one number. ` +
    `A setting, gangan.explorer.megabytes, says how much it may hold.`;
  listen();
  render();
  inflate(() => lacking.some(isHere) && redraw()).then(checkWeights, () => {
    by("digest").textContent = "The weights in this page cannot be read: the file is damaged.";
  });
}
