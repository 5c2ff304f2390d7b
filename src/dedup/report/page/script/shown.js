"use strict";
// Elements from texts. Whatever comes from an article becomes a text node or the value of a harmless attribute:
// nothing here, and nothing that uses this, makes markup of a string.

const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;
const SVG = "http://www.w3.org/2000/svg";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const byId = (id) => document.getElementById(id);

/** A text with U+FFFD for each control character and each mark that turns the direction of writing; as long as it was. */
const shown = (text) => String(text).replace(UNSEEN, "\uFFFD");

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(typeof child === "object" ? child : shown(child));
    }
  }
  return element;
}

/** An element; functions among the attributes are called on the event of that name. */
const h = (name, attributes, ...children) => filled(document.createElement(name), attributes, children);

/** An element of a picture. */
const drawn = (name, attributes, ...children) => filled(document.createElementNS(SVG, name), attributes, children);

/** A stranger's words: whatever direction they are written in, those around them keep theirs. */
const quoted = (text, attributes) => h("bdi", attributes, text);

/** A link to an address on the web, or its bare text if it is no such address. */
function outward(address, words) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    return quoted(words);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return quoted(words);
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, quoted(words));
}

const number = (value) => value.toLocaleString("en");
const percent = (share) => `${share >= 0.995 && share < 1 ? 99 : Math.round(share * 100)} %`;
const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

/** A day, or a time in UTC, for people. */
function day(published, withTime = true) {
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?/.exec(published ?? "");
  if (!found) return published ?? "";
  const [, year, month, date, time] = found;
  return `${Number(date)} ${MONTHS[month - 1] ?? month} ${year}${time && withTime ? `, ${time} UTC` : ""}`;
}

/** Two days as one span of time. */
function days(first, last) {
  const [a, b] = [day(first, false), day(last, false)];
  if (a === b) return a;
  return first.slice(0, 7) === last.slice(0, 7) ? `${a.split(" ")[0]}–${b}` : `${a} – ${b}`;
}
