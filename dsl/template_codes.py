"""Findings about templates of documents."""

from typing import Final

from dsl.codes import Code

TEMPLATE_CODES: Final = (
    Code(
        "Y01",
        "没有模板文件",
        "template not found",
        "文书写了模板，文件夹里没有这个文件；签发时按标准版式出具，“使用”的字段列成一张表。",
        "模板 “责改.docx”（documents 里没有）",
        "模板 “责改.docx”（documents/责改.docx）",
        "把 .docx 放进本流程的 documents 文件夹，或改正文件名。",
        "The template that a document names is not there and the standard layout is used; put the .docx into the folder documents or correct the name.",
    ),
    Code(
        "Y02",
        "模板读不了",
        "unreadable template",
        "模板不是 .docx，或里面的占位写得不对。",
        "{{ 登记.名称 }",
        "{{ 登记.名称 }}",
        "用 Word 或 WPS 打开，改好占位，另存为 .docx。",
        "The template is no .docx or one of its placeholders is malformed; mend it in Word or WPS.",
    ),
    Code(
        "Y03",
        "模板用了没有声明的字段",
        "template asks for more than the document uses",
        "模板里的占位要在文书的“使用”里写明，编译器才能保证签发时已经填好，也没有泄露保密内容。",
        "使用 登记.名称 … 模板里有 {{ 登记.地址 }}",
        "使用 登记.名称、登记.地址",
        "在“使用”里加上，或从模板里删去。",
        "The template prints a field that the document does not declare; declare it or take it out of the template.",
    ),
    Code(
        "Y04",
        "使用的字段没有印出来",
        "used field not in the template",
        "文书使用了一个字段，模板里没有它的占位，纸上就看不到。",
        "使用 登记.名称、登记.地址 … 模板里只有 {{ 登记.名称 }}",
        "使用 登记.名称",
        "在模板里写上占位，或从“使用”里删去。",
        "A field is declared for the document and its template does not print it; print it or drop it.",
    ),
    Code(
        "Y05",
        "不认识的载明内容",
        "unknown statement",
        "“载明”后面写签发前要检查的内容，只有救济告知、申辩告知、人员证号三种。",
        "载明 复议",
        "载明 救济告知",
        "改成三种之一。",
        "Only three statements can be demanded of a document: remedy, defence, officers.",
    ),
    Code(
        "Y06",
        "文书没有人签发",
        "paper without a signer",
        "写了“签发”的文书，由办理这一步的人签发；办理的人不是签发人的，由签发人在办理以后签发。按去向出具、期满视为、拟稿和签发分不开的，就没有人签发。",
        "步骤 拟稿 承办 甲；若 结论 = 同意 则 出具 决定书（签发 乙）",
        "步骤 拟稿 承办 甲；出具 决定书（签发 乙）",
        "在单独一步里用“出具”一行出具它。",
        "A document with a signer is issued by a step whose performers sign it, or prepare it for the signer.",
    ),
)
