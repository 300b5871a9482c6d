import type { RegistrationConfig } from '@/lib/core/config';
import type { ParsedRegistration } from '@/lib/core/member';
import type { RegistrationParser } from '@/lib/core/ports';
import { parseAuto } from './auto';
import { toBoundedText } from './bounded-text';
import { parseCurator } from './curator';
import { parseJson } from './json';
import type { FormatInput } from './record';
import { parseTurms } from './turms';

const GROUP_LENGTH_MAX = 256;

const FORMATS: Readonly<
	Record<RegistrationConfig['format'], (input: FormatInput, config: RegistrationConfig) => ParsedRegistration>
> = {
	turms: parseTurms,
	curator: parseCurator,
	kafka: parseAuto,
	dubbo: parseAuto,
	solr: parseAuto,
	hbase: parseAuto,
	json: (input, config) => parseJson(input, config.fields),
	auto: parseAuto,
};

/**
 * Reads one znode's name and data by the configured format. Total: whatever a stranger wrote gives a row, with a reason
 * where it could not be read in full. A `group` in the config wins over the format's.
 */
export const parseRegistration: RegistrationParser = ({ path, data, config }) => {
	const parsed = FORMATS[config.format]({ path, data }, config);
	return config.group === null ? parsed : { ...parsed, group: toBoundedText(config.group, GROUP_LENGTH_MAX) };
};
