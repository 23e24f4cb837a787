/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names for the addresses of a backtrace. */
#define G_LOG_DOMAIN "kefu-base"
#include "config.h"

#include "kefu-symbols.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <string.h>

/* The dynamic linker knows what libraries offer to others. Most of what a loop calls in a program is static, and only in the full table of its
 * file, which is read at the first question. */
struct _KefuSymbols
{
  GMappedFile *file;
  gboolean opened;
  const ElfW (Sym) * symbols;
  gsize n_symbols;
  const char *names;
  gsize names_size;
};

KefuSymbols *
kefu_symbols_new (void)
{
  return g_new0 (KefuSymbols, 1);
}

void
kefu_symbols_free (KefuSymbols *self)
{
  g_clear_pointer (&self->file, g_mapped_file_unref);
  g_free (self);
}

static void
open_program (KefuSymbols *self)
{
  const char *data;
  gsize size;
  const ElfW (Ehdr) * head;
  const ElfW (Shdr) * sections;

  self->opened = TRUE;
  self->file = g_mapped_file_new ("/proc/self/exe", FALSE, NULL);
  if (self->file == NULL)
    return;
  data = g_mapped_file_get_contents (self->file);
  size = g_mapped_file_get_length (self->file);
  head = (const void *) data;
  if (size < sizeof *head || memcmp (head->e_ident, ELFMAG, SELFMAG) != 0 || head->e_shoff > size ||
      head->e_shnum > (size - head->e_shoff) / sizeof *sections)
    return;
  sections = (const void *) (data + head->e_shoff);
  for (guint i = 0; i < head->e_shnum; i++)
    {
      const ElfW (Shdr) *section = &sections[i];
      const ElfW (Shdr) * names;

      if (section->sh_type != SHT_SYMTAB || section->sh_link >= head->e_shnum)
        continue;
      names = &sections[section->sh_link];
      if (section->sh_offset > size || section->sh_size > size - section->sh_offset || names->sh_offset > size ||
          names->sh_size > size - names->sh_offset)
        continue;
      self->symbols = (const void *) (data + section->sh_offset);
      self->n_symbols = section->sh_size / sizeof *self->symbols;
      self->names = data + names->sh_offset;
      self->names_size = names->sh_size;
    }
}

/* (nullable): the name of a function of the program @offset bytes from its start. */
static const char *
look_up (KefuSymbols *self, gsize offset)
{
  if (!self->opened)
    open_program (self);
  for (gsize i = 0; i < self->n_symbols; i++)
    {
      const ElfW (Sym) *symbol = &self->symbols[i];

      if ((symbol->st_info & 0xf) == STT_FUNC && offset >= symbol->st_value &&
          offset - symbol->st_value < symbol->st_size && symbol->st_name < self->names_size)
        return self->names + symbol->st_name;
    }
  return NULL;
}

char *
kefu_symbols_name (KefuSymbols *self, const void *address)
{
  Dl_info info;
  struct link_map *map = NULL;
  gsize offset;
  const char *name;
  g_autofree char *file = NULL;

  if (dladdr1 (address, &info, (void **) &map, RTLD_DL_LINKMAP) == 0 || map == NULL)
    return g_strdup_printf ("%p", address);
  if (info.dli_sname != NULL)
    return g_strdup (info.dli_sname);
  offset = (gsize) ((const char *) address - (const char *) map->l_addr);
  /* the program itself has no name in the linker's list */
  name = map->l_name[0] == '\0' ? look_up (self, offset) : NULL;
  if (name != NULL)
    return g_strdup (name);
  file = g_path_get_basename (info.dli_fname != NULL ? info.dli_fname : "?");
  return g_strdup_printf ("%s+0x%" G_GSIZE_MODIFIER "x", file, offset);
}
