// The races of a static page.

import { startInView } from "./arriving.ts";
import { mountRace } from "./race.ts";

startInView("figure.rmsprop-race", mountRace);
