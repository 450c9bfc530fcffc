import "@fontsource-variable/ibm-plex-sans/wght.css";
import "@fontsource/ibm-plex-mono/latin-400.css";
import "./styles/base.css";
import { openAgain } from "./api/again";
import { enter } from "./api/entry";

// The first requests leave while the page itself is still being loaded.
const entry = enter();
import("./page").then(({ show }) => show(entry), openAgain);
