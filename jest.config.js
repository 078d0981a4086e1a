const jestJupyterLab = require('@jupyterlab/testing/lib/jest-config');

const base = jestJupyterLab(__dirname);

module.exports = {
  ...base,
  // The shared configuration's other reporters write files beside the sources.
  reporters: ['default'],
  testRegex: 'src/.*/__tests__/.*\\.spec\\.tsx?$',
  testPathIgnorePatterns: ['/lib/', '/node_modules/', '/.venv/', '/ui-tests/'],
  modulePathIgnorePatterns: ['<rootDir>/.venv/', '<rootDir>/jupyter_mlx/'],
  transform: {
    ...base.transform,
    '^.+\\.tsx?$': [
      'ts-jest/legacy',
      { tsconfig: './tsconfig.test.json', diagnostics: true }
    ]
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(@codemirror|@jupyter|@jupyterlab|@lumino|@marijn|@microsoft|@rjsf|color|exenv-es6|lib0|lodash-es|marked|nanoid|nbdime|vscode-ws-jsonrpc|y-protocols|y-websocket|yjs)/)'
  ]
};
