"""A page that shows a widget as MyST's theme does."""

#: As MyST's host does: a shadow root, a link to the style sheet if the author named one, and a
#: model that knows neither how to save, nor how to send, nor how to take a callback back.
HOST = """async ([values, css, name]) => {
  const target = new EventTarget();
  const not = () => { throw new Error("not implemented"); };
  window.values = values;
  const model = {
    get: (name) => values[name],
    set(name, value) {
      values[name] = value;
      target.dispatchEvent(new CustomEvent(`change:${name}`, { detail: value }));
    },
    on: (name, callback) => target.addEventListener(name, callback),
    off: not, save_changes: not, send: not,
  };
  const place = document.createElement("div");
  place.id = name;
  document.querySelector("article").prepend(place);
  const el = document.createElement("div");
  place.attachShadow({ mode: "open" }).replaceChildren(el);
  if (css) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: css });
    el.appendChild(link);
  }
  const { default: widget } = await import("../_static/widget.js");
  window.remove = widget.render({ model, el });
}"""
