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
const dress = name => `Theme: ${page.dataset.theme = THEMES[name] ? name : "auto"}`;
dress(memory("theme"));

/* Search: each file of docgen/pages/search/files.py hands its value to docgenSearch. */
const VALUE = 1, ERROR = 2, SAID = 3, MOST = 24; /* kinds of hits; most shown */
const files = {}, answers = {}, entries = [];
let root, services;
window.docgenSearch = (name, value) => { answers[name] = value; };
const load = name => files[name] ||= new Promise(done => {
	const script = make("script", { src: `${root}static/search/${encode(name)}.js` });
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
	return (await Promise.all(shards.map(load))).flat().flatMap(([name, records]) => {
		const score = begins(name, word) / (letter === "w" ? 7 : 1);
		return score ? records.map(([at, op, id = "", kind = SAID, count]) => ({ service: services[at], op, id, kind, count,
			score, name: kind < SAID ? name : id.split(".").pop() || services[at].ops[op] })) : [];
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
				found.push(...places(await load(`s-${each.service.name}`), each, word));
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
const told = ({ service, op, kind, id, count }) => op < 0 ? `service, ${service.title}`
	: ["", "value of ", "error of ", "in the documentation of "][kind || 0] + (id && kind !== ERROR ? `${id} in ` : "")
	+ service.name + (id ? ` ${service.ops[op]}` : "") + (count > 1 ? ` and ${count - 1} more` : "");
const linkOf = ({ service, op, id }) => `${root}services/`
	+ [service.name, ...service.ops.slice(op, op + 1).map(each => new Map(answers.names[1]).get(each) || each), "index.html"].map(encode).join("/") + (id ? `#${encode(id)}` : "");
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
			make("li", { id: `hit-${n}`, role: "option" }, make("b", {}, each.name), " ", make("span", {}, told(each)))));
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
	const apply = () => {
		for (const item of items) {
			item.classList.add("item");
			item.hidden = !lower(item.textContent).includes(lower(fields.q.value))
				|| keys.some(key => fields[key]?.value && !of(item, key).includes(fields[key].value));
		}
		say(`${items.filter(item => !item.hidden).length} of ${items.length} shown`);
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
	items[0].closest("main > *").before(form);
	restore();
};
/* Rows that a version does not have are grey. */
const ages = (tools, say) => {
	const rows = all("main [data-since]"), input = make("input", { size: 9 });
	if (!rows[0]) return;
	const order = version => version.replace(/(\.0)+$/, "").split(".").map(part => part.padStart(9, 0)).join();
	const apply = () => {
		const [version] = input.value.match(/^\d+(\.\d+)*/) || [];
		all(".not-yet").forEach(each => each.remove());
		for (const row of rows) {
			const late = !!version && order(row.dataset.since) > order(version);
			row.classList.toggle("younger", late);
			if (late) (row.querySelector(":scope > .t") || row).after(make("span", { class: "b c not-yet" }, `not in ${version}`));
		}
		return version && `${all(".younger").length} not in ${version}`;
	};
	input.oninput = () => {
		say(apply());
		address("since", input.value);
		memory("since", input.value);
	};
	input.value = chosen().get("since") || memory("since") || "";
	tools.append(make("label", {}, "Show as of version ", input));
	apply();
};
/* Longer than any id: ids end where a step through the dots of a fragment would take long. */
const MAX_FRAGMENT = 4000;
/* A link opens the folds around its target, which may be elsewhere. */
const around = id => {
	let found = null;
	for (; id && !found; id = id.replace(/\.?[^.]*$/, "")) found = document.getElementById(id);
	return found;
};
const fragment = () => {
	try { return decodeURIComponent(location.hash.slice(1, MAX_FRAGMENT)); } catch { return ""; } // such as #%
};
const reveal = () => {
	const wanted = fragment(), [side, ...rest] = wanted.split("."), end = `.${rest.pop()}`;
	const target = document.getElementById(wanted) || all("main [id]").find(({ id }) =>
		id.startsWith(`${side}.`) && id.endsWith(end)) || around(wanted);
	for (let fold = target; fold; fold = fold.parentElement) if (fold.tagName === "DETAILS") fold.open = true;
	target?.scrollIntoView();
};
addEventListener("DOMContentLoaded", () => {
	const live = make("p", { role: "status", class: "live" }), say = text => { live.textContent = text; };
	const place = one("#search"), tools = make("div", { class: "tools" }), folds = all("main details");
	document.body.append(live);
	if (place) {
		searchBox(place, say);
		place.after(button(dress(page.dataset.theme), made => {
			made.textContent = dress(THEMES[page.dataset.theme]);
			memory("theme", page.dataset.theme);
		}));
	}
	if (folds[1]) tools.append(button("Expand all", made => {
		const open = folds.some(each => !each.open);
		for (const each of folds) each.open = open;
		made.textContent = `${open ? "Collapse" : "Expand"} all`;
	}));
	ages(tools, say);
	if (tools.firstChild) (one("main .meta") || one("main h1")).after(tools);
	filters(say);
	for (const block of all("main pre"))
		block.before(button("Copy", () => {
			const code = block.cloneNode(true);
			all("del, [aria-hidden], .vh", code).forEach(each => each.remove());
			navigator.clipboard.writeText(code.textContent).then(() => say("Copied"), () => say("Not copied"));
		}, { class: "copy", "aria-label": `Copy ${block.ariaLabel || "code"}` }));
	addEventListener("hashchange", reveal);
	if (location.hash) reveal();
	addEventListener("keydown", event => {
		if (event.target.matches("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
		const link = { "[": "prev", "]": "next" }[event.key];
		if (event.key === "/") one("#q")?.focus();
		else if (link) one(`[rel~=${link}]`)?.click();
		else return;
		event.preventDefault();
	});
});
})();
