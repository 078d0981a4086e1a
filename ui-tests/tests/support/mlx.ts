/**
 * What all stories share: the lab in a folder of the story's own, the doors to its jobs, pictures.
 */
import { expect, test as galata } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type {
  APIRequestContext,
  Locator,
  Page,
  TestInfo
} from '@playwright/test';

import { Folder } from './notebooks';

export { expect };

export interface IRun {
  id: string;
  name: string;
  state: string;
  reason?: string;
  outputs: Array<{ name: string }>;
}

/** Take a picture into the story's folder of results. */
export async function picture(
  page: Page,
  info: TestInfo,
  name: string
): Promise<void> {
  const path = info.outputPath(`${name}.png`);
  await page.screenshot({ path });
  info.attachments.push({ name, path, contentType: 'image/png' });
}

/** The HTTP door to jobs. */
export class Jobs {
  constructor(
    private readonly _request: APIRequestContext,
    private readonly _url: string
  ) {}

  submit(notebook: string, more: object = {}): Promise<IRun> {
    return this.post('jobs', { notebook, ...more });
  }

  /** Ask for a job by a route of ours. */
  async post(route: string, data: object): Promise<IRun> {
    const answer = await this._request.post(`${this._url}/mlx/v1/${route}`, {
      data
    });
    expect(answer.status(), await answer.text()).toBe(201);
    return (await answer.json()) as IRun;
  }

  async get(id: string): Promise<IRun> {
    return (await this._json(`jobs/${id}`)) as IRun;
  }

  async list(): Promise<IRun[]> {
    const page = (await this._json('jobs?limit=100')) as { items: IRun[] };
    return page.items;
  }

  async events(id: string): Promise<Array<{ id: number; kind: string }>> {
    const page = (await this._json(`jobs/${id}/events`)) as {
      items: Array<{ id: number; kind: string }>;
    };
    return page.items.map(({ id, kind }) => ({ id, kind }));
  }

  /** Wait until the run is in this state. */
  async reaches(id: string, state: string): Promise<void> {
    await expect
      .poll(async () => (await this.get(id)).state, { timeout: 60000 })
      .toBe(state);
  }

  /** Wait until nothing runs. */
  async end(): Promise<void> {
    await expect
      .poll(
        async () =>
          (await this.list()).some(run =>
            ['QUEUED', 'STARTING', 'RUNNING'].includes(run.state)
          ),
        { timeout: 60000 }
      )
      .toBe(false);
  }

  private async _json(path: string): Promise<unknown> {
    const answer = await this._request.get(`${this._url}/mlx/v1/${path}`);
    expect(answer.ok(), await answer.text()).toBe(true);
    return answer.json();
  }
}

/** The story's view of the workbench. */
export class Lab {
  constructor(
    readonly page: IJupyterLabPageFixture,
    readonly folder: Folder,
    readonly jobs: Jobs,
    private readonly _info: TestInfo
  ) {}

  /** Open JupyterLab in the story's folder. */
  async open(): Promise<void> {
    await this.page.goto(`tree/${this.folder.path}`);
  }

  get panel(): Locator {
    return this.page.locator('#jp-mlx-panel');
  }

  get form(): Locator {
    return this.page.locator('.jp-mlx-Form:visible');
  }

  get runPage(): Locator {
    return this.page.locator('.jp-mlx-RunPage:visible');
  }

  get compare(): Locator {
    return this.page.locator('.jp-mlx-Compare:visible');
  }

  get dialog(): Locator {
    return this.page.locator('.jp-Dialog');
  }

  /** The row of a run in the panel. */
  row(id: string): Locator {
    return this.panel.locator(`[data-run="${id}"]`);
  }

  get crawlPage(): Locator {
    return this.page.locator('.jp-mlx-CrawlPage:visible');
  }

  get tablePage(): Locator {
    return this.page.locator('.jp-mlx-TablePage:visible');
  }

  /** Apply a Feast repository as the panel does, and wait for the job's end. */
  async applyFeatures(repository: string): Promise<void> {
    const { id } = await this.jobs.post('features/repositories', {
      repository
    });
    await this.jobs.reaches(id, 'SUCCEEDED');
  }

  /** Open a project's views in the panel, whatever is folded. */
  async showProject(name: string): Promise<void> {
    const project = this.panel.locator(
      `[data-kind="project"][data-project="${name}"]`
    );
    await expect(project).toBeVisible();
    if ((await project.getAttribute('aria-expanded')) === 'false') {
      await project.click();
    }
  }

  /** The row of a feature view. */
  viewRow(project: string, name: string): Locator {
    return this.panel.locator(`[data-view][data-project="${project}"]`, {
      has: this.page.locator('.jp-mlx-TreeRow-name', {
        hasText: new RegExp(`^${name}$`)
      })
    });
  }

  get viewPage(): Locator {
    return this.page.locator('.jp-mlx-FeatureViewPage:visible');
  }

  get builder(): Locator {
    return this.page.locator('.jp-mlx-Builder:visible');
  }

  get lookUp(): Locator {
    return this.page.locator('.jp-mlx-LookUp:visible');
  }

  get experimentPage(): Locator {
    return this.page.locator('.jp-mlx-ExperimentPage:visible');
  }

  get runsCompare(): Locator {
    return this.page.locator('.jp-mlx-CompareRunsPage:visible');
  }

  get modelPage(): Locator {
    return this.page.locator('.jp-mlx-ModelPage:visible');
  }

  get versionPage(): Locator {
    return this.page.locator('.jp-mlx-VersionPage:visible');
  }

  get deploymentPage(): Locator {
    return this.page.locator('.jp-mlx-DeploymentPage:visible');
  }

  /** Execute a command of the application. */
  async run(id: string, args: Record<string, string | number>): Promise<void> {
    await this.page.evaluate(
      ([id, args]) => window.jupyterapp.commands.execute(id, args),
      [id, args] as const
    );
  }

  /** Put another text into the editor that is on a page. */
  async writeCode(on: Locator, text: string): Promise<void> {
    await on.locator('.cm-content').click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(text);
  }

  /** A row of a tree in the panel, by the name that it begins with. */
  treeRow(name: string): Locator {
    return this.panel
      .getByRole('treeitem')
      .filter({
        has: this.page.locator('.jp-mlx-TreeRow-name', {
          hasText: new RegExp(`^${name}$`)
        })
      });
  }

  /** A cell on the run page. */
  cell(number: number): Locator {
    return this.runPage.getByRole('group', {
      name: `Cell ${number}`,
      exact: true
    });
  }

  async openPanel(): Promise<void> {
    await this.page.sidebar.openTab('jp-mlx-panel');
    await expect(this.panel).toBeVisible();
  }

  /** Open a run's page by its row. */
  async openRun(id: string): Promise<void> {
    await this.openPanel();
    await this.row(id).locator('.jp-mlx-Row-main').click();
    await expect(this.runPage).toBeVisible();
  }

  async picture(name: string): Promise<void> {
    await picture(this.page, this._info, name);
  }
}

interface IFixtures {
  lab: Lab;
}

/** A story of its own folder, `lab` being the way in. */
export const test = galata.extend<IFixtures>({
  autoGoto: false,
  lab: async ({ page, request, baseURL }, use, info) => {
    const slug = info.titlePath
      .slice(1)
      .join(' ')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 40);
    const folder = new Folder(
      process.env.JUPYTERLAB_GALATA_ROOT_DIR ?? '',
      `${slug}-${info.retry}`
    );
    await use(new Lab(page, folder, new Jobs(request, baseURL ?? ''), info));
  }
});
