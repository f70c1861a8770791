// Context variables: set, reset, listed, and changed in a copy. After the examples of `contextvars`.
import { ContextVar, copyContext, LookupError } from 'bight';

const variable = new ContextVar<string>('var');

// A token restores the variable's earlier value.
const token = variable.set('new value');
console.log(variable.get());
variable.reset(token);
try {
  variable.get();
} catch (error) {
  if (!(error instanceof LookupError)) throw error;
  console.log('no value');
}

// Code that runs in a copy of the context changes only the copy.
variable.set('spam');
const context = copyContext();
console.log([...context.values()]);
context.run(() => {
  console.log(variable.get(), context.lookup(variable));
  variable.set('ham');
  console.log(variable.get(), context.lookup(variable));
});
console.log(variable.get(), context.lookup(variable));
