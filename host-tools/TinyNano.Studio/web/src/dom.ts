// Building elements. Text always goes in as text: nothing that comes from a device is ever read as markup.
type Child = Node | string | number | null | undefined | false;
type Props = Record<string, unknown>;

const svgSpace = "http://www.w3.org/2000/svg";

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: (Child | Child[])[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on") && typeof value === "function") {
      element.addEventListener(name.slice(2), value as EventListener);
    } else if (name in element && !name.includes("-") && typeof value === "boolean") {
      (element as unknown as Props)[name] = value;
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

export function s(tag: string, props: Record<string, string | number> = {}, ...children: (Child | Child[])[]): SVGElement {
  const element = document.createElementNS(svgSpace, tag);
  for (const [name, value] of Object.entries(props)) {
    element.setAttribute(name, typeof value === "number" ? String(Math.round(value * 100) / 100) : value);
  }
  append(element, children);
  return element;
}

function append(element: Element, children: (Child | Child[])[]): void {
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(typeof child === "number" ? String(child) : child);
    }
  }
}

export function icon(path: string): SVGElement {
  return s("svg", { width: 18, height: 18, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" }, s("path", { d: path }));
}

// A number of units in a bar: sets a width by script, as the policy forbids inline styles.
export function width(element: HTMLElement, share: number): HTMLElement {
  element.style.width = `${Math.min(100, Math.max(0, share * 100))}%`;
  return element;
}

export function announce(text: string): void {
  const place = document.getElementById("announce");
  if (place) {
    place.textContent = text;
  }
}

export function panel(title: string, note: string, ...body: (Child | Child[])[]): HTMLElement {
  return h("section", { class: "panel", "aria-label": title }, h("header", {}, h("h2", {}, title), note ? h("span", { class: "muted" }, note) : null), h("div", { class: "body" }, ...body));
}

export function card(label: string, value: string, unit = "", note = "", level = ""): HTMLElement {
  return h("div", { class: `card ${level}` }, h("span", {}, label), h("b", {}, value, unit ? h("small", {}, ` ${unit}`) : null), note ? h("em", {}, note) : null);
}

export function chip(text: string, level = ""): HTMLElement {
  return h("span", { class: `chip ${level}` }, text);
}
