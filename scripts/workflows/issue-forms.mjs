// GitHub's rules for issue forms: https://docs.github.com/en/communities, "Syntax for issue forms". GitHub does not
// show a form that breaks a rule.

const TOP = new Set(['name', 'description', 'title', 'labels', 'assignees', 'projects', 'type', 'body']);
const CONFIG = new Set(['blank_issues_enabled', 'contact_links']);
const TEXTS = ['label', 'description', 'placeholder', 'value'];
/** The attributes of each kind of element; the second list has the required ones. */
const ELEMENTS = {
  markdown: [['value'], ['value']],
  input: [TEXTS, ['label']],
  textarea: [[...TEXTS, 'render'], ['label']],
  dropdown: [
    ['label', 'description', 'multiple', 'options', 'default'],
    ['label', 'options'],
  ],
  checkboxes: [
    ['label', 'description', 'options'],
    ['label', 'options'],
  ],
};

/** The problems of a form, or of `config.yml`. */
export function problemsOfIssueForm(file, form) {
  if (file === 'config.yml') return unknown(form, CONFIG, '');
  const { body = [] } = form;
  const fields = body.filter(({ type }) => type !== 'markdown');
  return [
    ...unknown(form, TOP, ''),
    ...['name', 'description'].filter((key) => !isText(form[key])).map((key) => `${key} is missing`),
    ...(fields.length === 0 ? ['there is nothing to fill in'] : []),
    ...twice(fields.map(({ id }) => id)).map((id) => `two fields have the id ${id}`),
    ...twice(fields.map(({ attributes }) => attributes?.label)).map(
      (text) => `two fields are called ${text}`,
    ),
    ...body.flatMap((element, index) => problemsOfElement(element, `body[${index}]`)),
  ];
}

function problemsOfElement({ type, id, attributes = {}, validations = {}, ...rest }, at) {
  if (!Object.hasOwn(ELEMENTS, type)) return [`${at} is of no known type: ${type}`];
  const [known, required] = ELEMENTS[type];
  return [
    ...Object.keys(rest).map((key) => `${at} has an unknown ${key}`),
    ...(id === undefined || /^[\w-]+$/.test(id) ? [] : [`${at} has the id ${id}`]),
    ...unknown(attributes, new Set(known), `${at}: `),
    ...required.filter((key) => !isGiven(attributes[key])).map((key) => `${at} has no ${key}`),
    ...TEXTS.filter((key) => attributes[key] !== undefined && !isText(attributes[key])).map(
      (key) => `${at}: ${key} is no text`,
    ),
    ...unknown(validations, new Set(type === 'markdown' ? [] : ['required']), `${at}: `),
    ...('required' in validations && typeof validations.required !== 'boolean'
      ? [`${at}: required is no boolean`]
      : []),
  ];
}

function unknown(given, known, at) {
  return Object.keys(given)
    .filter((key) => !known.has(key))
    .map((key) => `${at}unknown ${key}`);
}

function twice(values) {
  return values.filter((value, index) => value !== undefined && values.indexOf(value) !== index);
}

function isText(value) {
  return typeof value === 'string' && value !== '';
}

function isGiven(value) {
  return isText(value) || (Array.isArray(value) && value.length > 0);
}
