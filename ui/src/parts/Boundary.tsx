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
    return (
      <div className="p-4">
        <Problem title={`${this.props.what} could not be shown`} text={error.message}>
          <Button onClick={() => this.setState({ error: null })}>Reload</Button>
        </Problem>
      </div>
    );
  }
}
