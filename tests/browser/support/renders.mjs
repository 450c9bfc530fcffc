/**
 * Counts what React draws: how many components ran for a commit. It reads the tree as React's own developer tools do,
 * so it works on the page as it is shipped. To be given to `addInitScript` before the page opens.
 */
export function countRenders() {
  // Kinds of fibers that are components: function, class, forward reference, memo, simple memo.
  const COMPONENTS = new Set([0, 1, 11, 14, 15]);
  const PERFORMED_WORK = 1;
  window.renders = { commits: 0, components: 0 };
  const count = (fiber) => {
    for (let next = fiber; next; next = next.sibling) {
      const before = next.alternate;
      if (COMPONENTS.has(next.tag) && next.flags & PERFORMED_WORK) window.renders.components += 1;
      // Nothing below was touched when the children are the very same.
      if (before === null || next.child !== before.child) count(next.child);
    }
  };
  window.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    isDisabled: false,
    renderers: new Map(),
    inject: () => 1,
    checkDCE: () => undefined,
    onCommitFiberUnmount: () => undefined,
    onPostCommitFiberRoot: () => undefined,
    onCommitFiberRoot: (_renderer, root) => {
      window.renders.commits += 1;
      count(root.current.child);
    },
  };
}
