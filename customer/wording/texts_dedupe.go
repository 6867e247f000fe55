package wording

// dedupeTexts are what errors of the packages below dedupe say.
var dedupeTexts = []text{
	{"error.duplicate.seen", "The customer may be there already. Look at the customers that are alike, and use one of them or say that this is another one.", "该客户可能已存在。请查看相似的客户，选用其中一位，或确认这是另一位客户。"},
	{"error.duplicate.pool", "The customer may be there already, in the public pool. Claim it there, or file a claim.", "该客户可能已存在于公海中。请从公海领取，或提交申领。"},
	{"error.duplicate.elsewhere", "The customer may be there already, and somebody else looks after it. File a claim, or say that this is another one.", "该客户可能已存在，由他人负责。请提交申领，或确认这是另一位客户。"},
	{"error.duplicate.claim", "The claim has been decided already. File another one.", "该申领已处理。请重新提交。"},

	{"error.merge.merged", "These are one customer already. There is nothing to merge.", "这些已是同一客户，无需合并。"},
	{"error.merge.types", "A person and an organisation cannot be merged. Correct the type of one, or relate the two.", "个人与企业不能合并。请更正其中一方的类型，或为双方建立关系。"},
	{"error.merge.undone", "The merge was undone before. There is nothing to undo.", "该合并已撤销，无需再次撤销。"},
	{"error.merge.expired", "The merge cannot be undone any more: it could until {until}. Add the other customer again.", "该合并已不能撤销：撤销期限为 {until}。请重新添加另一位客户。"},
	{"error.merge.gone", "The merge cannot be undone any more. Add the other customer again.", "该合并已不能撤销。请重新添加另一位客户。"},
	{"error.merge.restore", "This customer is part of another one. Undo the merge instead of restoring it.", "该客户已并入另一客户。请撤销合并，而不是恢复该客户。"},
	{"error.merge.later", "One of the customers was merged again since. Undo the later merge first.", "其中的客户此后又被合并。请先撤销后来的合并。"},

	{"error.review.decided", "Somebody has decided already: “{state}”, by {by}, {at}. Reopen the pair to decide again.", "已有判定：“{state}”，判定人 {by}，时间 {at}。如需重新判定，请先重新打开。"},
	{"error.review.too_many", "The scan would merge more customers than it may. Look at what it found, then raise the limit.", "本次将合并的客户数超过上限。请先查看结果，再提高上限。"},

	{"error.clean.unjudged", "{open} of {size} rows are not checked yet. Check them first.", "{size} 行抽检数据中还有 {open} 行未检查。请先检查。"},
	{"error.clean.too_many_wrong", "{wrong} of {size} rows are wrong, more than {limit} %. Correct the data and check them again.", "{size} 行抽检数据中有 {wrong} 行错误，超过 {limit} %。请更正数据后重新抽检。"},
	{"error.clean.closed", "The check was accepted, and its verdicts stand. Open another one.", "抽检已验收，结论不能再改。请另建抽检。"},
	{"error.clean.column", "The file has no such column. Name one that it has.", "文件中没有该列。请指定文件中已有的列。"},
	{"error.clean.unfinished", "The file was not read to its end. Read all rows first.", "文件尚未读完。请先读完所有行。"},
	{"error.clean.other_file", "This is not the file that the rows were drawn from. Use the same one.", "文件与抽样时不同。请使用原来的文件。"},
}
