/*
 * CPython inside a Node process, one side at a time.
 *
 * A thread of its own runs the interpreter. Either side sends the other a request and waits for the answer; while it
 * waits it serves the requests that the other side makes on the way there. So exactly one of the two threads runs at
 * any moment, calls nest to any depth, and Node's main thread is the only one that ever touches JavaScript.
 *
 * For JavaScript: start(home, executable, script, args), serve() -> request, reply(bytes), call(bytes) -> answer,
 * onRequest(function), onWake(function).
 * For Python: the module `_bridge` with call(bytes) -> answer, on_request(function), wake().
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#define NAPI_VERSION 8
#include <dlfcn.h>
#include <node_api.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum side { NEITHER, NODE, PYTHON };
enum kind { REQUEST, ANSWER };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static enum side addressee = NEITHER;
static enum kind kind_of_message;
static char *message;
static size_t message_length;

static void hand_over(enum side to, enum kind kind, const void *bytes, size_t length) {
  char *copy = malloc(length > 0 ? length : 1);
  if (length > 0) memcpy(copy, bytes, length);
  pthread_mutex_lock(&mutex);
  while (addressee != NEITHER) pthread_cond_wait(&changed, &mutex);
  message = copy;
  message_length = length;
  kind_of_message = kind;
  addressee = to;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
}

/* The caller frees the bytes. */
static enum kind wait_for(enum side me, char **bytes, size_t *length) {
  pthread_mutex_lock(&mutex);
  while (addressee != me) pthread_cond_wait(&changed, &mutex);
  enum kind kind = kind_of_message;
  *bytes = message;
  *length = message_length;
  message = NULL;
  addressee = NEITHER;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  return kind;
}

/* Python's side */

static PyObject *python_handler;
static napi_threadsafe_function waker;

static PyObject *py_call(PyObject *self, PyObject *argument) {
  (void)self;
  char *bytes;
  Py_ssize_t size;
  if (PyBytes_AsStringAndSize(argument, &bytes, &size) < 0) return NULL;
  Py_BEGIN_ALLOW_THREADS
  hand_over(NODE, REQUEST, bytes, (size_t)size);
  Py_END_ALLOW_THREADS
  for (;;) {
    char *got;
    size_t length;
    enum kind kind;
    Py_BEGIN_ALLOW_THREADS
    kind = wait_for(PYTHON, &got, &length);
    Py_END_ALLOW_THREADS
    PyObject *received = PyBytes_FromStringAndSize(got, (Py_ssize_t)length);
    free(got);
    if (received == NULL) Py_FatalError("bridge: out of memory");
    if (kind == ANSWER) return received;
    PyObject *answer = PyObject_CallOneArg(python_handler, received);
    Py_DECREF(received);
    if (answer == NULL || !PyBytes_Check(answer)) {
      PyErr_Print();
      Py_FatalError("bridge: the handler of requests failed");
    }
    char *answer_bytes = PyBytes_AS_STRING(answer);
    size_t answer_size = (size_t)PyBytes_GET_SIZE(answer);
    Py_BEGIN_ALLOW_THREADS
    hand_over(NODE, ANSWER, answer_bytes, answer_size);
    Py_END_ALLOW_THREADS
    Py_DECREF(answer);
  }
}

static PyObject *py_on_request(PyObject *self, PyObject *handler) {
  (void)self;
  Py_XINCREF(handler);
  Py_XSETREF(python_handler, handler);
  Py_RETURN_NONE;
}

static PyObject *py_wake(PyObject *self, PyObject *unused) {
  (void)self;
  (void)unused;
  napi_call_threadsafe_function(waker, NULL, napi_tsfn_nonblocking);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
  {"call", py_call, METH_O, "Sends a request to Node and waits for the answer."},
  {"on_request", py_on_request, METH_O, "Sets what serves Node's requests: bytes -> bytes."},
  {"wake", py_wake, METH_NOARGS, "Has Node call back soon; from any thread."},
  {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_bridge", NULL, -1, methods, NULL, NULL, NULL, NULL};

static PyObject *make_module(void) {
  return PyModule_Create(&definition);
}

static char *start_home, *start_executable, *start_script, **start_args;
static uint32_t start_arg_count;

static void set(PyConfig *config, wchar_t **field, const char *value) {
  PyStatus status = PyConfig_SetBytesString(config, field, value);
  if (PyStatus_Exception(status)) Py_ExitStatusException(status);
}

static void *python_thread(void *unused) {
  (void)unused;
  PyImport_AppendInittab("_bridge", make_module);
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.install_signal_handlers = 0;
  config.parse_argv = 0;
  set(&config, &config.home, start_home);
  set(&config, &config.program_name, start_executable);
  set(&config, &config.executable, start_executable);
  char **argv = calloc(start_arg_count + 1, sizeof *argv);
  argv[0] = start_script;
  for (uint32_t i = 0; i < start_arg_count; i++) argv[i + 1] = start_args[i];
  PyStatus status = PyConfig_SetBytesArgv(&config, start_arg_count + 1, argv);
  if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
  if (PyStatus_Exception(status)) Py_ExitStatusException(status);
  PyConfig_Clear(&config);
  FILE *file = fopen(start_script, "r");
  if (file == NULL) Py_FatalError("bridge: no script");
  PyRun_SimpleFileExFlags(file, start_script, 1, NULL);
  hand_over(NODE, REQUEST, "", 0);
  PyEval_SaveThread();
  return NULL;
}

/* Node's side */

static napi_ref node_handler;

static napi_value fail(napi_env env, const char *text) {
  napi_throw_error(env, NULL, text);
  return NULL;
}

static napi_value to_buffer(napi_env env, char *bytes, size_t length) {
  napi_value result;
  void *data;
  if (napi_create_buffer_copy(env, length, bytes, &data, &result) != napi_ok) result = NULL;
  free(bytes);
  return result;
}

static char *text_of(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, NULL, 0, &length);
  char *text = malloc(length + 1);
  napi_get_value_string_utf8(env, value, text, length + 1, &length);
  return text;
}

static napi_value node_start(napi_env env, napi_callback_info info) {
  size_t count = 5;
  napi_value args[5];
  napi_get_cb_info(env, info, &count, args, NULL, NULL);
  char *library = text_of(env, args[4]);
  /* Python's extension modules find the interpreter's symbols in the global scope. */
  if (dlopen(library, RTLD_NOW | RTLD_GLOBAL) == NULL) return fail(env, dlerror());
  free(library);
  start_home = text_of(env, args[0]);
  start_executable = text_of(env, args[1]);
  start_script = text_of(env, args[2]);
  napi_get_array_length(env, args[3], &start_arg_count);
  start_args = calloc(start_arg_count + 1, sizeof *start_args);
  for (uint32_t i = 0; i < start_arg_count; i++) {
    napi_value element;
    napi_get_element(env, args[3], i, &element);
    start_args[i] = text_of(env, element);
  }
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64u << 20);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, python_thread, NULL) != 0) return fail(env, "no thread");
  pthread_detach(thread);
  return NULL;
}

static napi_value node_serve(napi_env env, napi_callback_info info) {
  (void)info;
  char *bytes;
  size_t length;
  if (wait_for(NODE, &bytes, &length) != REQUEST) return fail(env, "bridge: an answer without a request");
  return to_buffer(env, bytes, length);
}

static bool bytes_argument(napi_env env, napi_callback_info info, void **data, size_t *length) {
  size_t count = 1;
  napi_value argument;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  return napi_get_buffer_info(env, argument, data, length) == napi_ok;
}

static napi_value node_reply(napi_env env, napi_callback_info info) {
  void *data;
  size_t length;
  if (!bytes_argument(env, info, &data, &length)) return fail(env, "bridge: bytes expected");
  hand_over(PYTHON, ANSWER, data, length);
  return NULL;
}

static napi_value node_call(napi_env env, napi_callback_info info) {
  void *data;
  size_t length;
  if (!bytes_argument(env, info, &data, &length)) return fail(env, "bridge: bytes expected");
  hand_over(PYTHON, REQUEST, data, length);
  for (;;) {
    char *bytes;
    enum kind kind = wait_for(NODE, &bytes, &length);
    napi_value received = to_buffer(env, bytes, length);
    if (kind == ANSWER) return received;
    napi_value handler, nothing, answer;
    napi_get_reference_value(env, node_handler, &handler);
    napi_get_undefined(env, &nothing);
    if (napi_call_function(env, nothing, handler, 1, &received, &answer) != napi_ok) return NULL;
    if (napi_get_buffer_info(env, answer, &data, &length) != napi_ok) return fail(env, "bridge: bytes expected");
    hand_over(PYTHON, ANSWER, data, length);
  }
}

static napi_value node_on_request(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value handler;
  napi_get_cb_info(env, info, &count, &handler, NULL, NULL);
  napi_create_reference(env, handler, 1, &node_handler);
  return NULL;
}

static napi_value node_on_wake(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value handler, name;
  napi_get_cb_info(env, info, &count, &handler, NULL, NULL);
  napi_create_string_utf8(env, "bridge", NAPI_AUTO_LENGTH, &name);
  napi_create_threadsafe_function(env, handler, NULL, name, 0, 1, NULL, NULL, NULL, NULL, &waker);
  napi_unref_threadsafe_function(env, waker);
  return NULL;
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback function;
  } functions[] = {
    {"start", node_start}, {"serve", node_serve},          {"reply", node_reply},
    {"call", node_call},   {"onRequest", node_on_request}, {"onWake", node_on_wake},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_value value;
    napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, NULL, &value);
    napi_set_named_property(env, exports, functions[i].name, value);
  }
  return exports;
}
