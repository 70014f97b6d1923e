// Projects: what the tenant's work is divided into.
import { Button } from "@patternfly/react-core";
import PlusCircleIcon from "@patternfly/react-icons/dist/esm/icons/plus-circle-icon";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";

import {
  changeProject,
  createProject,
  deleteProject,
  useProjects,
  type Project,
} from "../../api/people";
import { mayDo } from "../../api/session";
import { TextField } from "../../parts/field";
import { FormDialog } from "../../parts/form_dialog";
import { Page } from "../../parts/page";
import { Pager } from "../../parts/pager";
import { RowActions } from "../../parts/row_actions";
import { useView } from "../../parts/search";
import { Age } from "../../parts/small";
import { Failure, Waiting } from "../../parts/states";
import { toast } from "../../parts/toasts";

const descriptionOf = (project?: Project) => project?.metadata.annotations?.description ?? "";

function EditProject({ project, onClose }: { project?: Project; onClose: () => void }) {
  const [name, setName] = useState(project?.metadata.name ?? "");
  const [description, setDescription] = useState(descriptionOf(project));
  return (
    <FormDialog
      id="project"
      title={project ? `Edit ${project.metadata.name}` : "New project"}
      action={project ? "Save" : "Create"}
      disabled={!name.trim()}
      onSubmit={async () => {
        if (project) await changeProject(project.metadata.uid, name.trim(), description);
        else await createProject(name.trim(), description);
        toast("success", `${name.trim()} was saved`);
        onClose();
      }}
      onClose={onClose}
    >
      <TextField id="project-name" label="Name" required value={name} onChange={setName} />
      <TextField
        id="project-description"
        label="Description"
        value={description}
        onChange={setDescription}
      />
    </FormDialog>
  );
}

function DeleteProject({ project, onClose }: { project: Project; onClose: () => void }) {
  const { name, uid } = project.metadata;
  return (
    <FormDialog
      id="delete-project"
      title={`Delete the project ${name}?`}
      action="Delete"
      danger
      onSubmit={async () => {
        await deleteProject(uid);
        toast("success", `${name} was deleted`);
        onClose();
      }}
      onClose={onClose}
    >
      <p>Registries belong to the tenant: none of them goes.</p>
    </FormDialog>
  );
}

export function Projects() {
  const view = useView();
  const projects = useProjects(view.of("after"));
  const [editing, setEditing] = useState<Project | "new" | null>(null);
  const [deleting, setDeleting] = useState<Project | null>(null);
  const manages = mayDo("manage");
  return (
    <Page
      title="Projects"
      crumbs={[{ text: "Tenant Settings" }]}
      lead="Every registry of the tenant can be seen from each of its projects."
      actions={
        manages && (
          <Button icon={<PlusCircleIcon />} onClick={() => setEditing("new")}>
            New project
          </Button>
        )
      }
    >
      {projects.isPending ? (
        <Waiting what="the projects" />
      ) : projects.isError ? (
        <Failure error={projects.error} what="The projects" again={() => void projects.refetch()} />
      ) : (
        <>
          <Table aria-label="Projects" variant="compact">
            <Thead>
              <Tr>
                <Th>Name</Th>
                <Th>Description</Th>
                <Th>Created</Th>
                {manages && <Th screenReaderText="Actions" />}
              </Tr>
            </Thead>
            <Tbody>
              {projects.data.items.map((project) => (
                <Tr key={project.metadata.uid}>
                  <Td dataLabel="Name">
                    <strong className="breakable">{project.metadata.name}</strong>
                  </Td>
                  <Td dataLabel="Description">{descriptionOf(project)}</Td>
                  <Td dataLabel="Created">
                    <Age
                      {...(project.metadata.creationTimestamp
                        ? { time: project.metadata.creationTimestamp }
                        : {})}
                      none=""
                    />
                  </Td>
                  {manages && (
                    <Td isActionCell>
                      <RowActions
                        name={project.metadata.name}
                        actions={[
                          { text: "Edit", onClick: () => setEditing(project) },
                          { text: "Delete", danger: true, onClick: () => setDeleting(project) },
                        ]}
                      />
                    </Td>
                  )}
                </Tr>
              ))}
            </Tbody>
          </Table>
          <Pager next={projects.data.listmeta?.continue} />
        </>
      )}
      {editing && (
        <EditProject
          {...(editing === "new" ? {} : { project: editing })}
          onClose={() => setEditing(null)}
        />
      )}
      {deleting && <DeleteProject project={deleting} onClose={() => setDeleting(null)} />}
    </Page>
  );
}
