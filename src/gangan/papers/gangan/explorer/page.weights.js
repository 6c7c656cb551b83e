"use strict";
// What the page holds: facts as JSON; weights as pieces, in base64, of a deflated stream of numbers of 32 bits. They are
// float32, little-endian, or places in 0, −1, 1, −2, … of whole numbers, which a step multiplies: first the lowest byte of
// each, then the next. The pieces stand behind this script, those first that the page opens with: they are drawn while
// the others are still read.

const facts = JSON.parse(document.getElementById("facts").textContent);
const WEIGHTS = new ArrayBuffer(facts.bytes);
let inflated = 0; // bytes of them that are there
const inflation = new DecompressionStream("deflate"), source = inflation.writable.getWriter();

// Take the piece before the script that calls.
function take() {
  const piece = document.currentScript.previousElementSibling;
  try {
    source.write(bytesOf(piece.textContent)).catch(() => {}); // whoever reads is told
  } catch (fault) {
    source.abort(fault);
  }
  piece.remove();
}

function bytesOf(base64) {
  // The one is fast, and in browsers since 2025; the other is slow, and in all.
  return Uint8Array.fromBase64?.(base64) ?? Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

// Inflate all pieces, and call `arrived` whenever there is more of them.
async function inflate(arrived) {
  document.addEventListener("DOMContentLoaded", () => source.close().catch(() => {}));
  const all = new Uint8Array(WEIGHTS), reader = inflation.readable.getReader();
  for (let some = await reader.read(); !some.done; some = await reader.read()) {
    all.set(some.value, inflated);
    inflated += some.value.length;
    arrived();
  }
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
