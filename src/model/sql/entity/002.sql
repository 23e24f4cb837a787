-- labels: JSON array of the ids of its labels (kind `label` of other_entity: {name, color: 0 … 7, sort}), in ascending order.
-- An id whose label is no more shows nothing.
ALTER TABLE conversation ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
