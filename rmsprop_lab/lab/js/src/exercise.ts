// A lab with a check of the reader's rule in a Jupyter notebook, as an anywidget module.

import { addCheck } from "./check/field.ts";
import { render, type Host } from "./widget.ts";

export default { render: (host: Host) => render(host, addCheck) };
