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
  const words: Record<OptionName, IWords> = {
    ...ownWords(trans),
    ...cloudWords(trans)
  };
  return words[name];
}

type CloudOption =
  | 'role'
  | 'bucket'
  | 'image'
  | 'instance_type'
  | 'instance_count'
  | 'region'
  | 'endpoint_url'
  | 'address';

function ownWords(
  trans: TranslationBundle
): Record<Exclude<OptionName, CloudOption>, IWords> {
  return {
    port: {
      label: trans.__('Port'),
      placeholder: trans.__('a free one'),
      hint: trans.__('It stays the same over restarts.')
    },
    workers: {
      label: trans.__('Processes'),
      placeholder: trans.__('1'),
      hint: trans.__('Of each version.')
    },
    log_share: {
      label: trans.__('Requests logged, %'),
      placeholder: '100',
      hint: trans.__('What monitoring is made from.')
    },
    mask: {
      label: trans.__('Masked columns'),
      placeholder: trans.__('name, birth_date'),
      hint: trans.__('Their values are not written into the log.')
    },
    folder: {
      label: trans.__('Folder'),
      placeholder: trans.__('deployments/delay'),
      hint: trans.__('Relative to the server’s root.')
    }
  };
}

function cloudWords(trans: TranslationBundle): Record<CloudOption, IWords> {
  return {
    role: {
      label: trans.__('Execution role'),
      placeholder: trans.__('arn:aws:iam::123456789012:role/sagemaker')
    },
    bucket: {
      label: trans.__('Bucket'),
      placeholder: trans.__('s3://bucket/prefix'),
      hint: trans.__('Where SageMaker reads the model.')
    },
    image: {
      label: trans.__('Container image'),
      placeholder: trans.__(
        '123456789012.dkr.ecr.eu-central-1.amazonaws.com/mlflow-pyfunc:latest'
      )
    },
    instance_type: {
      label: trans.__('Instance type'),
      placeholder: trans.__('ml.m5.large')
    },
    instance_count: {
      label: trans.__('Instances'),
      placeholder: trans.__('1')
    },
    region: {
      label: trans.__('Region'),
      placeholder: trans.__('that of the server’s configuration')
    },
    endpoint_url: {
      label: trans.__('Address of AWS'),
      placeholder: trans.__('AWS’s own')
    },
    address: {
      label: trans.__('Address of Ray'),
      placeholder: trans.__('http://127.0.0.1:8265'),
      hint: trans.__('Of the cluster’s dashboard.')
    }
  };
}
