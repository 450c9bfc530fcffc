/** Keys that one role alone gets, and those it shares with all. */

import { deleteRoleSecret, listRoleSecrets, roleSecretDependents, setRoleSecret } from "../api/calls";
import { SecretKeys } from "../parts/SecretKeys";
import { keys } from "../state/queries";

export function RoleSecrets({ id }: { id: string }) {
  return (
    <section aria-label="Keys" data-testid="role-secrets">
      <h3 className="mb-1 font-medium">Keys</h3>
      <p className="mb-2 text-ink-muted">
        What this role gets in its environment. A key of its own counts before a global one of that name.
      </p>
      <SecretKeys
        queryKey={keys.roleSecrets(id)}
        load={() => listRoleSecrets(id)}
        save={(key, value) => setRoleSecret(id, key, value)}
        remove={(key) => deleteRoleSecret(id, key)}
        dependents={(key) => roleSecretDependents(id, key)}
        whose="workspace"
        users="The agent restarts after its task"
        empty="None of its own, and there are no global ones."
      />
    </section>
  );
}
