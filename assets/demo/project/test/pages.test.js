import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeHtml } from "../src/render/html.js";
import { parcelPage } from "../src/render/parcel-page.js";
import { searchPage } from "../src/render/search-page.js";
import { parcel } from "../test-support/parcel.js";

test("escapes what means something in HTML", () => {
  assert.equal(escapeHtml(`<a href="x">'&'</a>`), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
});

test("the page of a parcel says where it is and when it comes", () => {
  const text = parcelPage(parcel());
  assert.match(text, /<h1>Handed in at the counter<\/h1>/);
  assert.match(text, /Should arrive on 3 Nov 2026/);
  assert.match(text, /2 Nov 2026: Registered, Utrecht counter/);
});

test("the search page keeps the words and lists what was found", () => {
  const text = searchPage(`"anna"`, [parcel()]);
  assert.match(text, /value="&quot;anna&quot;"/);
  assert.match(text, /href="\/parcels\/PP473124829NL"/);
});
