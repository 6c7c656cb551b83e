"use strict";
// What the page holds: facts as JSON; weights as base64 of deflated numbers of 32 bits. They are float32, little-endian, or
// places in 0, −1, 1, −2, … of whole numbers, which a step multiplies: first the lowest byte of each, then the next.

const facts = JSON.parse(document.getElementById("facts").textContent);
let WEIGHTS; // an ArrayBuffer, once they are inflated

async function inflate() {
  const binary = atob(document.getElementById("weights").textContent);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  WEIGHTS = await new Response(stream).arrayBuffer();
}

function onGrid(start, count, step) {
  const bytes = new Uint8Array(WEIGHTS, start, 4 * count);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const counted = bytes[i] | (bytes[count + i] << 8) | (bytes[2 * count + i] << 16) | (bytes[3 * count + i] << 24);
    values[i] = step * ((counted >>> 1) ^ -(counted & 1));
  }
  return values;
}

function float32(start, count) {
  return new Float32Array(WEIGHTS, start, count);
}

async function checkWeights() {
  const said = document.getElementById("digest");
  if (!globalThis.crypto?.subtle) {
    said.textContent = `Weights: sha256 ${facts.sha256}. This browser gives no means to compute it here.`;
    return;
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", WEIGHTS));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  said.textContent = hex === facts.sha256
    ? `Weights: sha256 ${hex}, computed here; it is what was written when the page was made.`
    : `The weights in this page are not those it was made with: their sha256 is ${hex}, not ${facts.sha256}.`;
}
