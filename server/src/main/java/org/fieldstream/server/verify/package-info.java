/**
 * Does a generator draw from exp(-S)? Models and a machine enter, comparisons with independent
 * results leave: the reference files of the resources, made by a cluster algorithm, and the exact
 * free field.
 *
 * <p>Start here: {@link org.fieldstream.server.verify.Verification}, then {@link
 * org.fieldstream.server.verify.ReferenceCheck}.
 */
@NullMarked
package org.fieldstream.server.verify;

import org.jspecify.annotations.NullMarked;
