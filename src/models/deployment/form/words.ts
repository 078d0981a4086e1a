/**
 * Words for the options of deployments.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { OptionName } from './request';

interface IWords {
  label: string;
  hint?: string;
  placeholder?: string;
}

/** How an option is asked for. */
export function optionWords(
  name: OptionName,
  trans: TranslationBundle
): IWords {
  switch (name) {
    case 'port':
      return {
        label: trans.__('Port'),
        placeholder: trans.__('a free one'),
        hint: trans.__('It stays the same over restarts.')
      };
    case 'workers':
      return {
        label: trans.__('Processes'),
        placeholder: trans.__('1'),
        hint: trans.__('Of each version.')
      };
    case 'log_share':
      return {
        label: trans.__('Requests logged, %'),
        placeholder: '100',
        hint: trans.__('What monitoring is made from.')
      };
    case 'mask':
      return {
        label: trans.__('Masked columns'),
        placeholder: trans.__('name, birth_date'),
        hint: trans.__('Their values are not written into the log.')
      };
    case 'folder':
      return {
        label: trans.__('Folder'),
        placeholder: trans.__('deployments/delay'),
        hint: trans.__('Relative to the server’s root.')
      };
    default:
      return cloudWords(name, trans);
  }
}

function cloudWords(name: OptionName, trans: TranslationBundle): IWords {
  switch (name) {
    case 'role':
      return {
        label: trans.__('Execution role'),
        placeholder: trans.__('arn:aws:iam::123456789012:role/sagemaker')
      };
    case 'bucket':
      return {
        label: trans.__('Bucket'),
        placeholder: trans.__('s3://bucket/prefix'),
        hint: trans.__('Where SageMaker reads the model.')
      };
    case 'image':
      return {
        label: trans.__('Container image'),
        placeholder: trans.__(
          '123456789012.dkr.ecr.eu-central-1.amazonaws.com/mlflow-pyfunc:latest'
        )
      };
    case 'instance_type':
      return {
        label: trans.__('Instance type'),
        placeholder: trans.__('ml.m5.large')
      };
    case 'instance_count':
      return { label: trans.__('Instances'), placeholder: trans.__('1') };
    case 'region':
      return {
        label: trans.__('Region'),
        placeholder: trans.__('that of the server’s configuration')
      };
    case 'endpoint_url':
      return {
        label: trans.__('Address of AWS'),
        placeholder: trans.__('AWS’s own')
      };
    case 'address':
      return {
        label: trans.__('Address of Ray'),
        placeholder: trans.__('http://127.0.0.1:8265'),
        hint: trans.__('Of the cluster’s dashboard.')
      };
    default:
      return { label: name };
  }
}
