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
import { say } from "../../words/say";

const descriptionOf = (project?: Project) => project?.metadata.annotations?.description ?? "";

function EditProject({ project, onClose }: { project?: Project; onClose: () => void }) {
  const [name, setName] = useState(project?.metadata.name ?? "");
  const [description, setDescription] = useState(descriptionOf(project));
  return (
    <FormDialog
      id="project"
      title={
        project
          ? say("people.editProject", { name: project.metadata.name })
          : say("people.newProject")
      }
      action={say(project ? "people.save" : "people.create")}
      disabled={!name.trim()}
      onSubmit={async () => {
        if (project) await changeProject(project.metadata.uid, name.trim(), description);
        else await createProject(name.trim(), description);
        toast("success", say("people.wasSaved", { name: name.trim() }));
        onClose();
      }}
      onClose={onClose}
    >
      <TextField
        id="project-name"
        label={say("parts.name")}
        required
        value={name}
        onChange={setName}
      />
      <TextField
        id="project-description"
        label={say("people.description")}
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
      title={say("people.deleteProject", { name })}
      action={say("parts.delete")}
      danger
      onSubmit={async () => {
        await deleteProject(uid);
        toast("success", say("people.wasDeleted", { name }));
        onClose();
      }}
      onClose={onClose}
    >
      <p>{say("people.deleteMeans")}</p>
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
      title={say("people.projects")}
      crumbs={[{ text: say("parts.tenantSettings") }]}
      lead={say("people.projectsLead")}
      actions={
        manages && (
          <Button icon={<PlusCircleIcon />} onClick={() => setEditing("new")}>
            {say("people.newProject")}
          </Button>
        )
      }
    >
      {projects.isPending ? (
        <Waiting what={say("people.theProjects")} />
      ) : projects.isError ? (
        <Failure
          error={projects.error}
          what={say("people.theProjects")}
          again={() => void projects.refetch()}
        />
      ) : (
        <>
          <Table aria-label={say("people.projects")} variant="compact">
            <Thead>
              <Tr>
                <Th>{say("parts.name")}</Th>
                <Th>{say("people.description")}</Th>
                <Th>{say("people.created")}</Th>
                {manages && <Th screenReaderText={say("parts.actions")} />}
              </Tr>
            </Thead>
            <Tbody>
              {projects.data.items.map((project) => (
                <Tr key={project.metadata.uid}>
                  <Td dataLabel={say("parts.name")}>
                    <strong className="breakable">{project.metadata.name}</strong>
                  </Td>
                  <Td dataLabel={say("people.description")}>{descriptionOf(project)}</Td>
                  <Td dataLabel={say("people.created")}>
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
                          { text: say("people.edit"), onClick: () => setEditing(project) },
                          {
                            text: say("parts.delete"),
                            danger: true,
                            onClick: () => setDeleting(project),
                          },
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
