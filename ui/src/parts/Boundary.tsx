/** A panel that breaks says so and leaves the rest of the page alone. */

import { Component, type ReactNode } from "react";
import { Button, Problem } from "./controls";

interface Props {
  what: string;
  children: ReactNode;
}

export class Boundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    // A piece of the page that is no longer there: the app was updated while this page was open.
    if (/dynamically imported module|module script failed/i.test(error.message)) {
      return (
        <div className="p-4">
          <Problem
            title="The app was updated"
            text="This page is of the version before. Load it anew to go on."
          >
            <Button onClick={() => location.reload()}>Reload</Button>
          </Problem>
        </div>
      );
    }
    return (
      <div className="p-4">
        <Problem title={`${this.props.what} could not be shown`} text={error.message}>
          <Button onClick={() => this.setState({ error: null })}>Reload</Button>
        </Problem>
      </div>
    );
  }
}
