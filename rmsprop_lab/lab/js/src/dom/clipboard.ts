// What is taken along: copied at once, or, where that is not allowed, by hand.

export async function copy(
  what: string, // Link, Code
  text: string,
  byHand: string, // where it can be had
  say: (text: string) => void,
  select = () => {},
  but = "", // what it leaves out
): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied.${but}`);
  } catch {
    select();
    say(`Copying is not allowed here; ${byHand}.${but}`);
  }
}
