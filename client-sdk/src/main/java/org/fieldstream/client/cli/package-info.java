/**
 * The command-line client. Arguments and a running server enter; progress on standard error, tables
 * on standard output and files on disk leave.
 *
 * <p>Start here: {@link org.fieldstream.client.cli.FieldstreamCommand}, then {@link
 * org.fieldstream.client.cli.SubscribeCommand}.
 */
@NullMarked
package org.fieldstream.client.cli;

import org.jspecify.annotations.NullMarked;
