/**
 * The server's commands. Arguments enter, an exit code leaves. Start here: the command named as the
 * one you look for.
 */
@NullMarked
package org.fieldstream.server.cli;

import org.jspecify.annotations.NullMarked;
