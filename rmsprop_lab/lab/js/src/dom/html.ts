// Elements of the controls.

// In a notebook each widget runs a module of its own: a count alone would come twice.
const prefix = `lab-${Math.random().toString(36).slice(2)}`;
let count = 0;

export const newId = (): string => `${prefix}-${count++}`;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// These are its children, in this order; what is there already is not moved, and keeps the focus.
export function arrange(parent: Element, children: Element[]): void {
  for (const child of Array.from(parent.children)) if (!children.includes(child)) child.remove();
  children.forEach((child, k) => {
    if (parent.children[k] !== child) parent.insertBefore(child, parent.children[k] ?? null);
  });
}

// Only what changes is written: the browser lays out anew for the rest too.
export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

// By the style's own object: a page's security policy may forbid the attribute.
export function setStyle(element: HTMLElement, name: string, value: string): void {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
}

export function hide(element: HTMLElement, hidden: boolean): void {
  if (element.hidden !== hidden) element.hidden = hidden;
}

// No line ends within a number or before it: not at its minus, not in x = 3.
export function setText(node: Element, text: string): void {
  if (node.textContent === text) return;
  const parts = text.split(/(\S+ = \S+|\S*\de-\d\S*)/);
  const whole = (number: string) => element("span", { className: "lab-whole" }, number);
  node.replaceChildren(...parts.map((part, k) => (k % 2 ? whole(part) : part)));
}

// Where text is another at every step: the one text node stays, which costs neither styles nor nodes.
export function write(element: HTMLElement, text: string): void {
  const node = element.firstChild;
  if (!(node instanceof Text)) element.textContent = text;
  else if (node.data !== text) node.data = text;
}

export function button(text: string, act: () => void, label = ""): HTMLButtonElement {
  const made = element("button", { type: "button" }, text);
  if (label) nameButton(made, label);
  made.addEventListener("click", act);
  return made;
}

// What a button of signs is called, by a hint for the eye; who listens is told once.
export function nameButton(button: HTMLButtonElement, name: string): void {
  if (button.title === name) return;
  button.title = button.ariaLabel = name;
  button.ariaDescription = "";
}

// A group of controls with a name that one reads and hears.
export function group(name: string, className: string, ...children: (Node | string)[]): HTMLElement {
  const title = element("span", { className: "lab-title", id: newId() }, name);
  const made = element("div", { className: `lab-group ${className}` }, title, ...children);
  made.setAttribute("role", "group");
  made.setAttribute("aria-labelledby", title.id);
  return made;
}

// What is wrong with a link stands where the link leads, until it is read.
export function createComplaint(): { element: HTMLElement; say(texts: string[]): void } {
  const [said, made] = [element("span", {}), createMessage()];
  const close = button("Close", () => say([]));
  const say = (texts: string[]) => {
    made.hidden = texts.length === 0;
    setText(said, `The link could not be followed in all: ${texts.join(". ")}. `);
    made.replaceChildren(...(made.hidden ? [] : [said, close])); // no key comes to what is hidden
  };
  made.classList.add("lab-complaint");
  return { element: made, say };
}

export function createMessage(): HTMLElement {
  const message = element("p", { className: "lab-message", id: newId(), hidden: true });
  message.setAttribute("role", "alert");
  return message;
}
