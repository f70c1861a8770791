/* Functions that glibc's libgcc_s and a newer libstdc++ need, and that musl lacks. */
#define _GNU_SOURCE
#include <link.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct object {
  unsigned long long flags;
  void *start, *end;
  struct link_map *map;
  void *eh_frame;
  void *reserved[7];
};

struct search {
  const char *address;
  struct object *object;
  int is_found;
};

static int look(struct dl_phdr_info *info, size_t size, void *data) {
  struct search *search = data;
  const char *start = NULL, *end = NULL;
  void *eh_frame = NULL;
  int is_inside = 0;
  (void)size;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    const char *begin = (const char *)info->dlpi_addr + part->p_vaddr, *stop = begin + part->p_memsz;
    if (part->p_type == PT_GNU_EH_FRAME) eh_frame = (void *)begin;
    if (part->p_type != PT_LOAD) continue;
    if (search->address >= begin && search->address < stop) is_inside = 1;
    if (start == NULL || begin < start) start = begin;
    if (stop > end) end = stop;
  }
  if (!is_inside || eh_frame == NULL) return 0;
  *search->object = (struct object){.start = (void *)start, .end = (void *)end, .eh_frame = eh_frame};
  search->is_found = 1;
  return 1;
}

/* Finds the unwind tables of a loaded object. */
int _dl_find_object(void *address, struct object *object) {
  struct search search = {address, object, 0};
  dl_iterate_phdr(look, &search);
  return search.is_found ? 0 : -1;
}

unsigned int __cpu_model[4];

int __cpu_indicator_init(void) {
  return 0;
}

/* basic_string::_M_replace_cold(), which GCC 12 lacks: `from` is within the string itself. */
void _ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE15_M_replace_coldEPcmPKcmm(
    void *self, char *at, size_t before, const char *from, size_t after, size_t rest) {
  char *copy = malloc(after + 1);
  (void)self;
  memcpy(copy, from, after);
  memmove(at + after, at + before, rest);
  memcpy(at, copy, after);
  free(copy);
}
