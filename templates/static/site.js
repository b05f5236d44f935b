/* Optional: pages work without it. */
(() => {
const page = document.documentElement;
const one = selector => document.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const lower = text => text.toLowerCase();
const encode = encodeURIComponent;
const make = (name, attributes, ...inside) => {
	const made = document.createElement(name);
	for (const key in attributes) made.setAttribute(key, attributes[key]);
	made.append(...inside);
	return made;
};
/* A name that may break before its capitals. */
const soft = name => name.split(/(?<=[a-z\d])(?=[A-Z])/).flatMap(part => [make("wbr"), part]).slice(1);
const button = (text, act, attributes) => {
	const made = make("button", attributes, text);
	made.onclick = () => act(made);
	return made;
};
/* Browsers may refuse storage and new addresses. */
const memory = (key, value) => {
	try { return value == null ? localStorage[key] : localStorage[key] = value; } catch {}
};

/* The theme, before anything is drawn. */
const THEMES = { auto: "light", light: "dark", dark: "auto" };
const GLYPHS = { auto: "◐", light: "○", dark: "●" };
const dress = (name, made) => {
	const theme = page.dataset.theme = THEMES[name] ? name : "auto";
	if (made) made.textContent = GLYPHS[theme];
	if (made) made.ariaLabel = made.title = `Theme: ${theme}`;
};
dress(memory("theme"));
addEventListener("storage", () => dress(memory("theme"))); // in the frame of the left pane

/* Longer than any id: ids end where a step through the dots of a fragment would take long. */
const MAX_FRAGMENT = 4000;
const fragment = () => {
	try { return decodeURIComponent(location.hash.slice(1, MAX_FRAGMENT)); } catch { return ""; } // such as #%
};
/* The left pane, in its frame: a filter, and the current entry in the middle. Its fragment is taken from the address
   before the browser goes there, because that would scroll the page around it, too. */
const inPane = page.matches(".nav"), current = inPane && fragment();
if (current) try { history.replaceState(null, "", location.pathname); } catch {}
const pane = () => {
	const items = all("li[id]:not([id^='-'])"), entry = document.getElementById(current);
	const input = make("input", { type: "search", placeholder: "Filter", "aria-label": "Filter" });
	input.oninput = () => {
		const words = wordsOf(input.value);
		for (const item of items) item.hidden = !words.every(word => lower(item.textContent).includes(word));
		for (const fold of all("details")) {
			fold.hidden = !fold.querySelector("li:not([hidden])");
			fold.open = words[0] || fold.contains(entry) || items.length < 41;
		}
	};
	for (const item of items) item.firstChild.firstChild.replaceWith(...soft(item.firstChild.firstChild.data));
	if (items.length > 12) one("h1").after(input);
	one("header").className = "stuck";
	document.body.style.paddingBottom = "2rem";
	if (!entry) return;
	const fold = entry.closest("details");
	if (fold) fold.open = true;
	entry.firstChild.setAttribute("aria-current", "page");
	page.scrollTop = entry.offsetTop - innerHeight * .4;
};

/* Search: each file of docgen/pages/search/files.py hands its value to docgenSearch. */
const VALUE = 1, ERROR = 2, SAID = 3, TYPE = 4, MOST = 24; /* kinds of hits; most shown */
const files = {}, answers = {}, entries = [];
let root, services;
window.docgenSearch = (name, value) => { answers[name] = value; };
const load = (name, folder = `${root}static/search/`) => files[name] ||= new Promise(done => {
	const script = make("script", { src: `${folder}${encode(name)}.js` });
	script.onload = script.onerror = () => done(answers[name] || []);
	document.head.append(script);
});
const wordsOf = text => lower(text).match(/[^\s._:/#()]+/g) || [];
const enter = (service, op, name) => entries.push({ service, op, name, low: lower(name),
	parts: name.split(/(?<=[a-z\d])(?=[A-Z])|(?=[A-Z][a-z])|\W/).map(lower) });
const names = async () => {
	const [verbs, , ...told] = await load("names");
	services ||= told.map(([name, title, changed, nouns, ...ops]) => {
		for (const [, letters, noun] of nouns.matchAll(/([^A-Z ]*)([A-Z]\S*)/g))
			for (const letter of letters) ops.push(verbs[letter.charCodeAt() - 97] + noun);
		const service = { name, changed, title, low: [lower(name), ...wordsOf(title)], ops: ops.sort() };
		enter(service, -1, name);
		ops.forEach((each, op) => enter(service, op, each));
		return service;
	});
};
/* Whether a word is beginnings of parts: "descinst", DescribeInstances. */
const initials = (word, parts, at = 0) => {
	for (; word && at < parts.length; at++)
		for (let n = 0; n < word.length && parts[at][n] === word[n]; n++)
			if (initials(word.slice(n + 1), parts, at + 1)) return true;
	return !word;
};
/* How well a word fits. */
const fit = (word, { low, parts, service }) => {
	const at = low.indexOf(word);
	if (!at) return low === word ? 100 : 80;
	if (service.low[0] === word) return 65;
	if (parts.some(part => part.startsWith(word))) return 60;
	if (low[0] === word[0] && initials(word, parts)) return 50;
	return at > 0 ? 30 : service.low.some(each => each.startsWith(word)) ? 25 : 0;
};
/* How well a mistyped word fits. */
const near = (word, other) => {
	const most = Math.min(word.length / 3.5 | 0, 3);
	if (Math.abs(word.length - other.length) > most
		|| [...word].filter(letter => !other.includes(letter)).length > most) return 0;
	let row = [...other, 0].map((_, at) => at);
	for (let i = 0; i < word.length; i++) {
		const last = row;
		row = [i + 1];
		for (let j = 0; j < other.length; j++)
			row.push(Math.min(last[j + 1] + 1, row[j] + 1, last[j] + (word[i] !== other[j])));
	}
	return Math.max(most + 1 - row.pop(), 0);
};
let known;
const nearest = (word, entry) => fit(word, entry)
	|| Math.max(near(word, entry.low), ...entry.parts.map(part => known[`${word} ${part}`] ??= near(word, part)));
const begins = (name, word) => lower(name).startsWith(word) && (name.length === word.length ? 75 : 42);
const better = (a, b) => b.score - a.score || b.service.changed - a.service.changed
	|| b.service.ops.length - a.service.ops.length || a.name.length - b.name.length;
const ranked = (words, how = fit) => {
	const joined = words.join("");
	known = {};
	return entries.flatMap(each => {
		const scores = words.map(word => how(word, each)), sum = scores.includes(0) ? 0 : scores.reduce((a, b) => a + b, 0);
		const score = Math.max(sum / words.length, words[1] && each.op >= 0 ? how(joined, each) : 0);
		return score ? [{ ...each, score }] : [];
	}).sort(better);
};
/* Names ("n") or documentation ("w") that begin with a word. */
const find = async (letter, word) => {
	const key = word.replace(/[^a-z0-9]/g, "_").slice(0, 12);
	const shards = (await load("shards")).filter(each => each[0] === letter && word[1]
		&& (key.startsWith(each.slice(2)) || each.startsWith(key, 2))).slice(0, 6);
	return (await Promise.all(shards.map(each => load(each)))).flat().flatMap(([name, records]) => {
		const score = begins(name, word) / (letter === "w" ? 7 : 1);
		return score ? records.map(([at, op, id = "", kind = SAID, count]) => ({ service: services[at], op, id, kind, count,
			score, name: kind !== SAID ? name : id.split(".").pop() || services[at].ops[op] })) : [];
	});
};
/* The places of a name in an operation. */
const places = ([roots, nodes], { service, op }, word) => {
	const found = [];
	const add = (name, id, kind) => {
		const score = begins(name, word) * .85;
		if (score) found.push({ service, op, name, id, kind, score });
	};
	const walk = (at, id, seen) => {
		const node = nodes[at];
		if (!node || seen.has(at)) return;
		if (node.e) node.e.forEach(value => add(value, id, VALUE));
		else if (node[0] === +node[0]) node.forEach(each => walk(each, id, seen));
		else for (let n = seen.add(at) && 0; n < node.length; n += 2) {
			const below = seen.flat ? id : `${id}.${node[n]}`;
			add(node[n], below);
			walk(node[n + 1], below, seen);
		}
	};
	for (let n = 0; n < roots[op].length; n += 2) {
		const [id, at] = roots[op].slice(n), seen = new Set();
		if (seen.flat = n > 2) add(id.slice(6), id, ERROR);
		walk(at, id, seen);
	}
	return found.sort((a, b) => b.score - a.score || a.id.length - b.id.length).slice(0, 6);
};
/* Names first, then files, while `show` says so. */
const search = async (text, show) => {
	await names();
	const words = wordsOf(text), shown = new Map();
	const keyOf = ({ service, op, id, kind, name }) => `${[service.name, op, id, kind === VALUE && name]}`;
	const add = more => {
		for (const each of more.slice(0, MOST)) if (!shown.has(keyOf(each))) shown.set(keyOf(each), each);
		return show([...shown.values()].sort((a, b) => b.score - a.score).slice(0, MOST));
	};
	if (!words[0] || !add(ranked(words).slice(0, 12)) || !add((await find("n", text)).sort(better))) return;
	const tokens = / /.test(text) ? text.split(/\s+/) : words;
	if (tokens[1]) for (const word of tokens.slice(-5).reverse()) {
		const having = new Set((await find("n", word)).map(each => each.service)), used = new Set(), found = [];
		const others = wordsOf(tokens.filter(each => each !== word).join(" "));
		for (const each of having.size ? ranked(others).filter(each => each.score >= 45) : [])
			if (each.op >= 0 && having.has(each.service) && found.length < MOST && used.add(each.service).size < 7)
				found.push(...places(await load(`s-${folderOf(each.service)}`), each, word));
		if (!add(found)) return;
		if (found[0]) break;
	}
	if (!shown.size) add(ranked(words, nearest).slice(0, 12));
	if (shown.size > 5) return;
	let said;
	for (const word of words) {
		const found = await find("w", word), keys = new Set(found.map(keyOf));
		said = (said || found).filter(each => keys.has(keyOf(each)));
	}
	add(said.sort(better));
};
const told = ({ service, op, kind, id, count }) => op < 0 ? `${kind ? "type of" : "service,"} ${service.title}`
	: ["", "value of ", "error of ", "in the documentation of "][kind || 0] + (id && kind !== ERROR ? `${id} in ` : "")
	+ service.name + (id ? ` ${service.ops[op]}` : "") + (count > 1 ? ` and ${count - 1} more` : "");
const folderOf = ({ name }, op = "") => new Map(answers.names[1]).get(`${name}/${op}`) || op || name;
const linkOf = ({ service, op, id, kind }) => `${root}services/`
	+ [folderOf(service), ...kind === TYPE ? ["types", id] : service.ops.slice(op, op + 1).map(each => folderOf(service, each)), "index.html"].map(encode).join("/") + (id && kind !== TYPE ? `#${encode(id)}` : "");
const searchBox = (place, say) => {
	root = place.dataset.root;
	const input = make("input", { id: "q", placeholder: "Search ( / )", role: "combobox", autocomplete: "off",
		"aria-controls": "hits", "aria-autocomplete": "list", "aria-label": "Search" });
	const list = make("ul", { id: "hits", role: "listbox", "aria-label": "Search results" });
	let at = -1, number = 0, hits = [];
	const choose = next => {
		at = next;
		all("li", list).forEach((each, n) => { each.ariaSelected = n === at; });
		list.children[at]?.scrollIntoView({ block: "nearest" });
		input.setAttribute("aria-activedescendant", at < 0 ? "" : `hit-${at}`);
	};
	const show = found => {
		const kept = hits[at];
		hits = found;
		list.replaceChildren(...hits.map((each, n) =>
			make("li", { id: `hit-${n}`, role: "option" }, make("b", {}, ...soft(each.name)), " ", make("span", {}, told(each)))));
		input.ariaExpanded = !!hits[0];
		choose(hits.indexOf(kept));
		return true;
	};
	const ask = async () => {
		names();
		const mine = ++number, text = lower(input.value.trim());
		text ? await search(text, found => mine === number && show(found)) : show([]);
		if (mine === number) say(text && `Results: ${hits.length}`);
	};
	const go = n => { if (hits[n]) location.href = linkOf(hits[n]); };
	input.onfocus = input.oninput = ask;
	input.onblur = () => { number++; show([]); };
	input.onkeydown = event => {
		const step = { ArrowDown: 1, ArrowUp: -1, Escape: 0 }[event.key];
		if (event.key === "Enter") go(Math.max(at, 0));
		if (step == null) return;
		event.preventDefault();
		if (!step) input.blur(say(input.value = ""));
		else if (hits[0]) choose((Math.max(at, step < 0 ? 0 : -1) + step + hits.length) % hits.length);
	};
	list.onmousedown = event => event.preventDefault();
	list.onclick = ({ target }) => go([...list.children].indexOf(target.closest("li")));
	place.append(input, list);
	show([]);
	place.role = "search";
};

/* The address keeps the selection. */
const chosen = () => new URLSearchParams(location.search);
const address = (key, value, push) => {
	const query = chosen();
	value ? query.set(key, value) : query.delete(key);
	try { history[push ? "pushState" : "replaceState"](null, "", `?${query}${location.hash}`); } catch {}
};
const filters = say => {
	const keys = ["severity", "kind", "service"], items = all("main :is([data-service], .ops > li)");
	const fields = {}, form = make("div", { class: "filters" });
	const of = (item, key) => item.dataset[key]?.match(/\S+/g) || [];
	const field = (name, label, made) => {
		form.append(make("label", {}, `${label} `, fields[name] = made));
		made.name = name;
	};
	if (!items[1]) return;
	for (const key of keys) {
		const values = new Set(items.flatMap(item => item.matches(".ops > *") ? [] : of(item, key)));
		const options = ["", ...values].map(value => make("option", { value }, value || "all"));
		if (options[2]) field(key, key, make("select", {}, ...options));
	}
	field("q", "containing", make("input", { type: "search" }));
	const count = make("output", {});
	const apply = () => {
		for (const item of items) {
			item.classList.add("item");
			item.hidden = !lower(item.textContent).includes(lower(fields.q.value))
				|| keys.some(key => fields[key]?.value && !of(item, key).includes(fields[key].value));
		}
		const hidden = items.filter(item => item.hidden).length, shown = items.length - hidden;
		one("main").classList.toggle("filtered", hidden);
		const found = shown ? `${shown} of ${items.length} shown` : `Nothing found: all ${items.length} are hidden`;
		count.textContent = hidden ? found : "";
		say(found);
	};
	const restore = () => {
		for (const key in fields) fields[key].value = chosen().get(key) || "";
		apply();
	};
	form.oninput = ({ target }) => {
		address(target.name, target.value, target !== fields.q);
		apply();
	};
	addEventListener("popstate", restore);
	form.append(count);
	items[0].closest("main > *").before(form);
	restore();
};
/* Services that a reader follows, which only this browser knows. */
const followed = () => memory("follow")?.match(/\S+/g) || [];
const follow = async tools => {
	const place = one("[data-follow]"), mine = place?.dataset.follow, list = make("ul", { class: "tl" });
	if (mine) {
		const draw = made => {
			made.ariaPressed = followed().includes(mine);
			made.textContent = made.ariaPressed === "true" ? "Following" : "Follow";
		};
		tools.append(button("", made => {
			const kept = followed().filter(name => name !== mine);
			memory("follow", (kept.length < followed().length ? kept : [...kept, mine]).sort().join(" "));
			draw(made);
		}));
		draw(tools.lastChild);
	} else if (place) {
		const section = make("section", { class: "added" }, make("h2", {}, "You follow"), list);
		place.append(section);
		if (followed()[0]) await names();
		for (const service of services || []) if (followed().includes(service.name)) {
			const last = one(`[data-timeline] [data-service~="${CSS.escape(service.name)}"] > a`);
			list.append(make("li", {}, make("a", { href: linkOf({ service, op: -1 }) }, service.title), " ",
				make("span", { class: "t" }, last ? `changed in ${last.textContent}` : "")));
		}
		section.append(make("p", { class: "t" }, ...(list.firstChild ? ["For docgen: ", make("a", { download: "watchlist.txt",
			href: `data:text/plain,${encode(`${followed().join("\n")}\n`)}` }, "watchlist.txt")]
			: ["Nothing yet. Press Follow on the page of a ", make("a", { href: `${root}services/index.html` }, "service"), "."])));
	}
};
/* What a missing page may have been. */
const guess = async () => {
	const list = one("[data-guess]");
	if (!list) return;
	const words = wordsOf(location.pathname.slice(root.length).replace(/\b(services|releases|index|history)\b|\.\w+$|[\d.]+\/|\W+/g, " "));
	await names();
	for (const text of words[0] ? [words.join(" "), ...words.reverse()] : []) if (!list.firstChild)
		await search(text, found => !list.replaceChildren(...found.slice(0, 6).map(hit =>
			make("li", {}, make("a", { href: linkOf(hit) }, hit.name), " ", make("span", { class: "t" }, told(hit))))));
	list.hidden = one("#guess").hidden = !list.firstChild;
};
/* What a version does not have is grey: rows, lines of syntax and values. */
const VERSION = /^\d+(\.\d+)*$/;
const order = version => version.replace(/(\.0)+$/, "").split(".").map(part => part.padStart(9, 0)).join();
const ages = (tools, say) => {
	const dated = all("main [data-since]"), versions = new Set(dated.map(each => each.dataset.since));
	if (!dated[0]) return;
	const input = make("input", { size: 12, list: "versions", placeholder: "newest", autocomplete: "off" }), count = make("output", {});
	const sorted = [...versions].sort((a, b) => order(a) < order(b) ? 1 : -1);
	const apply = () => {
		const version = input.value.trim(), isVersion = VERSION.test(version);
		const late = dated.filter(each => isVersion && order(each.dataset.since) > order(version));
		all(".not-yet").forEach(each => each.remove());
		for (const each of dated) each.classList.toggle("younger", late.includes(each));
		const rows = late.filter(each => !each.closest(".src"));
		for (const row of rows) if (!row.matches("code"))
			(row.querySelector(":scope > .t") || row).after(make("span", { class: "b c not-yet" }, `not in ${version}`));
		input.setCustomValidity(version && !isVersion ? "No version" : "");
		input.ariaInvalid = `${!!version && !isVersion}`;
		return count.textContent = version && (isVersion ? `${rows.length} not in ${version}` : `“${version}” is no version`);
	};
	input.oninput = () => {
		say(apply());
		const kept = input.validity.valid ? input.value.trim() : "";
		address("since", kept);
		memory("since", kept);
	};
	input.value = chosen().get("since") || memory("since") || "";
	tools.append(make("label", {}, "As of version ", input), make("datalist", { id: "versions" },
		...sorted.map(value => make("option", { value }))), count);
	apply();
};
/* Two versions of an operation: see docgen/pages/compare/version_files.py. */
const split = text => text.match(/[^\n|]*[\n|]/g) || [];
const syntaxAt = (records, at) => {
	let sides = [[], []];
	for (const [number, ...edits] of records || []) if (number <= at) {
		if (!edits[1]) sides = [[], []];
		else edits.forEach((each, n) => {
			for (let k = 0; each[k] >= 0; k += 3) sides[n].splice(each[k], each[k + 1], ...split(each[k + 2]));
		});
	}
	return sides.map(side => side[0] ? side.join("").slice(0, -1).split("\n") : []);
};
/* Blocks of equal lines, as difflib finds them. */
const blocks = (a, b, x, y) => {
	let i, j, most = 0, row = {};
	a.forEach((line, m) => {
		const next = {};
		b.forEach((other, n) => {
			if (line === other && (next[n] = (row[n - 1] || 0) + 1) > most) [i, j, most] = [m + 1 - next[n], n + 1 - next[n], next[n]];
		});
		row = next;
	});
	return most ? [...blocks(a.slice(0, i), b.slice(0, j), x, y), [x + i, y + j, most],
		...blocks(a.slice(i + most), b.slice(j + most), x + i + most, y + j + most)] : [];
};
const aligned = (a, b) => {
	let i = 0, j = 0, start = 0, to = a.length, high = b.length;
	const lines = [];
	while (start < to && start < high && a[start] === b[start]) start++;
	while (to > start && high > start && a[to - 1] === b[high - 1]) to--, high--;
	for (const [x, y, size] of [[0, 0, start], ...blocks(a.slice(start, to), b.slice(start, high), start, start), [to, high, a.length - to]]) {
		while (i < x || j < y) lines.push([i < x ? a[i++] : null, j < y ? b[j++] : null]);
		while (i < x + size) lines.push([a[i++], b[j++]]);
	}
	return lines;
};
/* Values of an enum, between which a line may break. */
const values = (line, other = line, name) => line.split(/('[^']*')/).flatMap(each =>
	[other?.includes(each) === false && each[0] === "'" ? make(name, {}, each) : each, each === "|" ? make("wbr") : ""]);
const cell = (line, other, name, sign) => line === other || line == null ? make("code", line ? {} : { class: "none" }, ...values(line || ""))
	: make("code", { class: name }, make("span", { class: "sign" }, sign), make("span", { class: "words" }, `${sign > "," ? "removed" : "added"}: `),
		...values(line, other, name));
const pairs = (lines, names) => {
	const rows = [make("div", { class: "pair head" }, ...names.map(each => make("span", {}, each)))];
	let fold;
	lines.forEach(([a, b], n) => {
		const row = make("div", { class: "pair" }, cell(a, b, "del", "−"), cell(b, a, "ins", "+"));
		if (lines.some(([a, b], m) => a !== b && Math.abs(m - n) < 4)) fold = rows.push(row) && null;
		else (fold ||= rows[rows.push(make("details", { class: "fold" }, make("summary", {}, "Unchanged lines"))) - 1]).append(row);
	});
	return rows;
};
const compare = async (place, say) => {
	const [releases, operations, verdicts] = await load("c", ""), fields = all("select, input", place), [field, ...ends] = fields;
	const [judged, listed, ...boxes] = all("[data-show]", place), at = version => Math.max(version, ~version);
	const entry = () => operations.find(([each]) => each === field.value);
	const show = async () => {
		if (one("main input:invalid")) return;
		const name = field.value, texts = ends.map(each => each.value).sort((a, b) => order(a) < order(b) ? -1 : 1);
		const [a, b] = texts.map(end => releases.findLastIndex(([each]) => order(each) <= order(end)));
		const between = version => at(version) > a && at(version) <= b;
		const fill = (list, items) => list.replaceChildren(...items.map(each => make("li", {}, ...each)));
		fill(judged, verdicts.filter(each => between(each[0]) && (!each[4] || each.includes(name || each[4], 4))).map(([n, severity, message, path]) =>
			[make("b", { class: `b s-${severity}` }, severity), ` ${message} `, make("a", { href: root + path }, releases[n][0])]));
		fill(listed, operations.filter(each => !name && each.slice(2).some(between)).map(([each, , ...versions]) => {
			const [was, is] = [a, b].map(n => versions.findLast(each => at(each) <= n) >= 0);
			return [make("a", { href: `?operation=${encode(each)}&from=${texts[0]}&to=${texts[1]}` }, each), was ? is ? "" : " removed" : " added"];
		}));
		const records = name && await load(`c-${entry()[1]}`, "");
		const [old, now] = [a, b].map(n => syntaxAt(records, n));
		boxes.forEach((box, n) => box.replaceChildren(...pairs(aligned(old[n], now[n]), texts)));
		place.className = name ? "one" : "";
		say(`${texts.join(" and ")} compared`);
	};
	const start = () => {
		const [, , ...versions] = entry() || [0, 0, ...releases.keys()];
		ends.forEach((each, n) => { each.value ||= releases[at(versions.at(n - 2) ?? versions[0])][0]; });
		show();
	};
	place.onchange = ({ target }) => {
		if (target === field) for (const each of ends) each.value = "";
		start();
		for (const each of fields) address(each.name, each.value, each === target);
	};
	for (const each of fields) each.value = chosen().get(each.name) || "";
	place.hidden = false;
	start();
};
/* Copies: a block as it is documented, and of a request only what is required. */
const plain = block => {
	const code = block.cloneNode(true);
	all("del, .src small, .vals > summary, [aria-hidden], .vh", code).forEach(each => each.remove());
	return code.textContent.trimEnd();
};
const NAME = "\u0001", REQUIRED = "\u0002"; /* which no page contains */
const minimal = block => {
	const code = block.cloneNode(true);
	all("small b", code).forEach(each => each.parentElement.after(REQUIRED));
	all("a[id]", code).forEach(each => each.prepend(NAME));
	let skipped = -1;
	const kept = plain(code).split("\n").filter(line => {
		const indent = line.search(/\S/), before = skipped;
		if (before >= 0 && indent > before) return false;
		skipped = -1;
		if (indent === before && /^\s*[)\]}]/.test(line)) return false;
		if (!line.includes(NAME) || line.includes(REQUIRED)) return true;
		skipped = indent;
		return false;
	});
	return kept.join("\n").replace(/[\u0001\u0002]/g, "").replace(/('[^'\n]*')(\|'[^'\n]*')+/g, "$1")
		.replace(/True\|False/g, "True").replace(/\|file\b/g, "").replace(/\(\n\)$/, "()");
};
const copyButton = (text, block, code, say) => button(text, () =>
	navigator.clipboard.writeText(code(block)).then(() => say("Copied"), () => say("Not copied")),
	{ "aria-label": `${text}: ${block.ariaLabel || "code"}` });
/* The contents of the page follow the scroll, and list the parameters. */
const contents = () => {
	const list = one("main > .toc"), links = new Map(), seen = new Set();
	if (!list) return;
	for (const link of all("a[href^='#']", list)) {
		const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
		if (!target) continue;
		links.set(target, link);
		let rows = target.nextElementSibling;
		if (rows?.matches("p")) rows = rows.nextElementSibling;
		const names = target.matches("h2") && rows?.matches(".tree") ? all(":scope > .row[id] > .n", rows) : [];
		if (names[1] && names.length < 61) link.after(make("ul", { class: "added" }, ...names.map(name => {
			const inner = make("a", { href: `#${name.parentElement.id}` }, ...soft(name.textContent));
			links.set(name.parentElement, inner);
			return make("li", {}, inner);
		})));
	}
	const mark = () => {
		let current;
		for (const [target, link] of links) {
			link.removeAttribute("aria-current");
			if (target.getBoundingClientRect().top < 120 && target.checkVisibility()) current = link;
		}
		current ||= [...links.values()][0];
		current?.setAttribute("aria-current", "true");
		const box = current?.closest(".toc > ul");
		if (box && getComputedStyle(box).overflowY === "auto") box.scrollTop = current.offsetTop - box.clientHeight / 2;
	};
	let waiting = false;
	addEventListener("scroll", () => {
		if (waiting) return;
		waiting = true;
		requestAnimationFrame(() => { waiting = false; mark(); });
	}, { passive: true });
	mark();
};
/* Keys, which can be switched off, and their list. */
const KEYS = { "/": "search", "[": "page before", "]": "page after", "g h": "home", "g r": "releases", "g s": "services", "?": "these keys" };
const GO = { h: "index.html", r: "releases/index.html", s: "services/index.html" };
const keys = () => {
	let before = "";
	const box = make("input", { type: "checkbox" });
	box.checked = memory("keys") !== "off";
	box.onchange = () => memory("keys", box.checked ? "on" : "off");
	const dialog = make("dialog", { class: "keys", "aria-label": "Keys" }, make("h2", {}, "Keys"),
		make("dl", { class: "facts" }, ...Object.entries(KEYS).flatMap(([key, does]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, does)])),
		make("p", {}, make("label", {}, box, " Use these keys")), button("Close", () => dialog.close()));
	document.body.append(dialog);
	addEventListener("keydown", event => {
		const { key, target, ctrlKey, metaKey, altKey } = event;
		const last = before;
		before = key;
		if (target.matches("input, select, textarea") || ctrlKey || metaKey || altKey || dialog.open || !box.checked && key !== "?") return;
		const link = { "[": "prev", "]": "next" }[key];
		if (key === "/") one("#q")?.focus();
		else if (key === "?") dialog.showModal();
		else if (link) one(`[rel~=${link}]`)?.click();
		else if (last === "g" && GO[key] && root != null) location.href = root + GO[key];
		else return;
		event.preventDefault();
	});
};
/* A link opens the folds around its target, which may be elsewhere. */
const around = id => {
	let found = null;
	for (; id && !found; id = id.replace(/\.?[^.]*$/, "")) found = document.getElementById(id);
	return found;
};
const reveal = () => {
	const wanted = fragment(), [side, ...rest] = wanted.split("."), end = `.${rest.pop()}`;
	const target = document.getElementById(wanted) || all("main [id]").find(({ id }) =>
		id.startsWith(`${side}.`) && id.endsWith(end)) || around(wanted);
	for (let fold = target; fold; fold = fold.parentElement) if (fold.tagName === "DETAILS") fold.open = true;
	target?.scrollIntoView();
};
addEventListener("DOMContentLoaded", () => {
	if (inPane) return pane();
	const live = make("p", { role: "status", class: "live" }), say = text => { live.textContent = text; };
	const place = one("#search"), tools = make("div", { class: "tools" }), folds = all("main details");
	document.body.prepend(live);
	if (place) {
		searchBox(place, say);
		const theme = button("", made => {
			dress(THEMES[page.dataset.theme], made);
			memory("theme", page.dataset.theme);
		});
		dress(page.dataset.theme, theme);
		one(".top").append(theme);
		follow(tools);
		guess();
	}
	if (folds[1]) tools.append(button("Expand all", made => {
		const open = folds.some(each => !each.open);
		for (const each of folds) each.open = open;
		made.textContent = `${open ? "Collapse" : "Expand"} all`;
	}));
	ages(tools, say);
	if (tools.firstChild) (one("main .meta") || one("main h1")).after(tools);
	filters(say);
	for (const block of all("main :is(pre, .src)")) {
		const copies = [copyButton("Copy", block, plain, say)];
		if (block.matches(".src") && /^client\./.test(block.textContent) && minimal(block) !== plain(block))
			copies.unshift(copyButton("Copy minimal call", block, minimal, say));
		block.before(make("div", { class: "copies" }, ...copies));
	}
	/* The notation of requests, chosen once. */
	for (const call of all(".calls > input")) {
		call.checked ||= call.value === memory("call");
		call.onchange = () => memory("call", call.value);
	}
	if (one("[data-compare]")) compare(one("[data-compare]"), say);
	contents();
	keys();
	addEventListener("hashchange", reveal);
	if (location.hash) reveal();
});
})();
