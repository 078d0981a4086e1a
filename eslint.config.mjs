import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** The shared rules, each of them an error. */
const jupyterRules = jupyter.configs.recommended.map(config => ({
  ...config,
  rules: Object.fromEntries(
    Object.entries(config.rules ?? {})
      .filter(([, level]) => level !== 'off')
      .map(([name]) => [name, 'error'])
  )
}));

export default tseslint.config(
  {
    ignores: [
      '.venv/**',
      '.yarn/**',
      '**/node_modules/**',
      'coverage/**',
      'jupyter_mlx/**',
      'lib/**',
      'src/api/schema.ts',
      'ui-tests/playwright-report/**',
      'ui-tests/test-results/**',
      // Python's and the demo's folders may hold other projects' scripts.
      'build/**',
      'demo/**',
      'dist/**'
    ]
  },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    extends: [...tseslint.configs.recommended],
    plugins: { jupyter },
    languageOptions: {
      parserOptions: { project: './tsconfig.test.json' }
    },
    rules: {
      ...jupyterRules[0].rules,
      'jupyter/prefer-lazy-imports': [
        'error',
        {
          // What activation itself needs: small, and without a view.
          ignoreImports: [
            './client',
            './events',
            './panel',
            '../actions',
            '../form/open',
            '../jobs/actions',
            '../list',
            '../model'
          ]
        }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: false }],
      'prefer-arrow-callback': 'error'
    }
  },
  ...jupyterRules
    .filter(config => config.languageOptions?.parser)
    .map(config => ({ ...config, plugins: { jupyter } })),
  {
    files: ['**/*.js', '**/*.mjs', 'ui-tests/**/*.ts'],
    extends: [...tseslint.configs.recommended],
    languageOptions: { globals: globals.node },
    rules: { '@typescript-eslint/no-require-imports': 'off' }
  },
  prettier
);
