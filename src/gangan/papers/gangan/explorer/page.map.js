"use strict";
// The map: rows as dots and GAN-GANs as curves in the first two principal components of a zoo's rows.

const REACH = 28; // CSS pixels from the pointer to what it points at
const SCALE = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"].map((hex) =>
  [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))); // viridis
const dark = matchMedia("(prefers-color-scheme: dark)");

function colourAt(share) {
  const inside = dark.matches ? 0.18 + 0.82 * share : 0.88 * share; // of the scale what stands out from the page
  const at = Math.min(3.999, Math.max(0, inside * 4)), low = Math.floor(at);
  return `rgb(${SCALE[low].map((from, i) => Math.round(from + (at - low) * (SCALE[low + 1][i] - from)))})`;
}

function extremes(values) {
  return values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
}

// What colours a zoo's dots: values, their range, and the share of it at which each stands.
function colouring(zoo, by) {
  const [least, most] = extremes(zoo[by].filter((value) => value !== null));
  const scaled = by === "distance" ? Math.log : (value) => value;
  const range = scaled(most) - scaled(least) || 1;
  return { least, most, share: (value) => (scaled(value) - scaled(least)) / range };
}

class WeightMap {
  constructor(canvas) {
    this.canvas = canvas;
    this.layer = document.createElement("canvas"); // dots and curves, which change less often than the marks on them
  }

  // Draw what does not move: a zoo's dots, and its curves, that of one GAN-GAN above the others.
  prepare(zooName, gangan, colour, view) {
    const { canvas, layer } = this, ratio = devicePixelRatio || 1;
    this.width = canvas.clientWidth;
    this.height = canvas.clientHeight;
    for (const one of [canvas, layer]) [one.width, one.height] = [this.width * ratio, this.height * ratio];
    this.zooName = zooName;
    this.zoo = facts.zoos[zooName];
    this.curves = facts.gangans.map((one, index) => ({ ...one.curve, index, zoo: one.zoo }))
      .filter((one) => one.zoo === zooName).sort((a, b) => (a.index === gangan) - (b.index === gangan));
    this.fit(view === "curve" ? [this.curves.at(-1)] : [this.zoo, ...this.curves]);
    const draw = layer.getContext("2d"), style = getComputedStyle(document.documentElement);
    draw.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { share } = colouring(this.zoo, colour);
    for (const held of [false, true]) {
      this.zoo.x.forEach((x, row) => {
        if ((row in this.zoo.held) !== held) return;
        const value = this.zoo[colour][row];
        draw.fillStyle = value === null ? style.getPropertyValue("--other") : colourAt(share(value));
        this.dot(draw, ...this.place(x, this.zoo.y[row]), held ? 4.5 : 2);
        if (held) this.ring(draw, style.getPropertyValue("--ink"));
      });
    }
    for (const curve of this.curves) {
      const chosen = curve.index === gangan;
      for (const [width, stroke] of [[chosen ? 6 : 4, "--raised"], [chosen ? 3 : 1.5, chosen ? "--accent" : "--other"]]) {
        draw.beginPath();
        curve.x.forEach((x, i) => draw.lineTo(...this.place(x, curve.y[i])));
        draw.lineWidth = width;
        draw.strokeStyle = style.getPropertyValue(stroke);
        draw.stroke();
      }
      if (chosen) for (const i of [0, curve.z.length - 1]) this.end(draw, curve, i, style);
    }
  }

  // The value of z at an end of a curve, beside it.
  end(draw, curve, i, style) {
    const [x, y] = this.place(curve.x[i], curve.y[i]), [next] = this.place(curve.x[i ? i - 1 : 1], curve.y[i ? i - 1 : 1]);
    draw.font = "12px system-ui, sans-serif";
    draw.textBaseline = "middle";
    draw.textAlign = next < x ? "left" : "right";
    const words = [signed(curve.z[i]), x + (next < x ? 12 : -12), y];
    [draw.lineWidth, draw.strokeStyle, draw.fillStyle] = [4, style.getPropertyValue("--raised"), style.getPropertyValue("--ink")];
    draw.strokeText(...words);
    draw.fillText(...words);
  }

  // Make some things fill the map, with one scale for both axes: distances on it are distances of weights.
  fit(things) {
    const [left, right] = extremes(things.flatMap((one) => one.x)), [low, high] = extremes(things.flatMap((one) => one.y));
    const [beside, above] = [48, 20]; // CSS pixels for marks and numbers
    this.scale = Math.min((this.width - 2 * beside) / (right - left || 1), (this.height - 2 * above) / (high - low || 1));
    this.middle = [(left + right) / 2, (low + high) / 2];
  }

  place(x, y) {
    return [this.width / 2 + (x - this.middle[0]) * this.scale, this.height / 2 - (y - this.middle[1]) * this.scale];
  }

  dot(draw, x, y, radius) {
    draw.beginPath();
    draw.arc(x, y, radius, 0, 2 * Math.PI);
    draw.fill();
  }

  ring(draw, stroke, width = 1) {
    draw.lineWidth = width;
    draw.strokeStyle = stroke;
    draw.stroke();
  }

  // Where a GAN stands; null if it is of another zoo.
  spot(gan) {
    if (gan.kind === "row") return gan.zoo === this.zooName ? this.place(this.zoo.x[gan.row], this.zoo.y[gan.row]) : null;
    const curve = this.curves.find((one) => one.index === gan.gangan);
    if (!curve) return null;
    const after = Math.max(1, curve.z.findIndex((z) => z >= gan.z)), before = after - 1;
    const share = (gan.z - curve.z[before]) / (curve.z[after] - curve.z[before]);
    const between = (values) => values[before] + share * (values[after] - values[before]);
    return this.place(between(curve.x), between(curve.y));
  }

  // The map, with a mark for each of some GANs by name.
  draw(gans, active) {
    const draw = this.canvas.getContext("2d"), ratio = devicePixelRatio || 1;
    const style = getComputedStyle(document.documentElement);
    draw.setTransform(1, 0, 0, 1, 0, 0);
    draw.clearRect(0, 0, this.canvas.width, this.canvas.height);
    draw.drawImage(this.layer, 0, 0);
    draw.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw.font = "bold 11px system-ui, sans-serif";
    draw.textAlign = "center";
    draw.textBaseline = "middle";
    for (const [name, gan] of Object.entries(gans)) {
      const spot = this.spot(gan);
      if (!spot) continue;
      draw.fillStyle = style.getPropertyValue(name === active ? "--accent" : "--ink");
      this.dot(draw, ...spot, 8);
      this.ring(draw, style.getPropertyValue("--paper"), 2);
      draw.fillStyle = style.getPropertyValue("--paper");
      draw.fillText(name.toUpperCase(), spot[0], spot[1] + 1);
    }
  }

  // The GAN nearest to a place in CSS pixels, of one GAN-GAN alone if `only` is its number; null if none is near.
  at(x, y, only = null) {
    let best = { squared: only === null ? REACH ** 2 : Infinity, gan: null };
    const offer = (squared, gan) => {
      if (squared < best.squared) best = { squared, gan: gan() };
    };
    for (const curve of this.curves) {
      if (only !== null && curve.index !== only) continue;
      for (let i = 1; i < curve.z.length; i++) {
        const [ax, ay] = this.place(curve.x[i - 1], curve.y[i - 1]), [bx, by] = this.place(curve.x[i], curve.y[i]);
        const [dx, dy] = [bx - ax, by - ay];
        const share = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
        const squared = (ax + share * dx - x) ** 2 + (ay + share * dy - y) ** 2;
        const z = curve.z[i - 1] + share * (curve.z[i] - curve.z[i - 1]);
        offer(squared, () => ({ kind: "curve", gangan: curve.index, z }));
      }
    }
    if (only === null) {
      this.zoo.x.forEach((_, row) => {
        const [px, py] = this.place(this.zoo.x[row], this.zoo.y[row]);
        offer((px - x) ** 2 + (py - y) ** 2, () => ({ kind: "row", zoo: this.zooName, row }));
      });
    }
    return best.gan;
  }
}
